//! What the export of whole collections shares with the pages.

pub(crate) use super::{
    columns::Column,
    format::Format,
    formats::{
        Selection,
        table::{self, Projection},
    },
    items::query_error,
};
