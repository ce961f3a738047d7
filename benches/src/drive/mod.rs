//! A closed loop of requests over HTTP/1.1: so many connections on one thread, each asks again once it is answered.
//!
//! Every answer is checked against what the same request was answered before: its status and its size. What is
//! measured is thus the answer that is meant, and not an error that comes quickly.

mod connection;
mod load;
mod probe;
mod request;

pub use connection::{Connection, DriveError, Head};
pub use load::{Load, Report, load, once};
pub use probe::{Answer, probe};
pub use request::{Endpoint, Request, requests};
