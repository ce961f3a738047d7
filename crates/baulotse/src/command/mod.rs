//! One module a command.

pub(crate) mod account;
pub(crate) mod demo;
pub(crate) mod enquiries;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod keep;
pub(crate) mod municipality;
pub(crate) mod picture;
pub(crate) mod serve;
