//! What catalogues of the collections share with their descriptions.

pub(crate) use super::{
    collections::{attribution_of, description_of, title_of},
    downloads::path as download_path,
    items::could_be_withdrawn,
};
