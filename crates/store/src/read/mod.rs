//! The read path: whole states and what changed since one, always of one known revision.

mod changes;
mod page;
mod past;
mod scan;

pub use changes::Changes;
pub(crate) use page::Pages;
pub(crate) use scan::count;
