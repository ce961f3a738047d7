//! What the end-to-end tests share: the built binary, servers that end with their test, stores of both
//! kinds, a PostgreSQL to switch off, and a client that looks like any other.
//!
//! No crate of the product is linked in: what is known here is known from outside.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test fails by panicking, and so do its helpers"
)]
#![expect(clippy::return_self_not_must_use, reason = "an expectation may be the end of a line")]

pub mod binary;
pub mod client;
pub mod enquiry;
pub mod picture;
pub mod postgres;
pub mod sample;
pub mod server;
pub mod smtp;
pub mod store;

pub use binary::{Run, baulotse};
pub use client::{Answer, Client};
pub use server::Server;
pub use store::TestStore;
