//! A form that is filled in, as a browser sends it.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use crate::{Answer, Client};

/// Media type of a form.
pub const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

/// Number of a sheet that was handed out so many seconds ago, and is not handed in yet.
pub fn sheet(seconds_ago: i64) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let number = (u128::from(NEXT.fetch_add(1, Ordering::Relaxed)) << 64) | (now.as_nanos() & u128::from(u64::MAX));
    format!("{}-{number:032x}", now.as_secs() as i64 - seconds_ago)
}

/// Fields as a form sends them.
pub fn encoded(fields: &[(&str, &str)]) -> String {
    let escape = |value: &str| value.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    fields.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect::<Vec<_>>().join("&")
}

impl Client {
    /// Sends the form at this address with these fields, on a sheet of a minute ago.
    #[track_caller]
    pub fn ask(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let sheet = sheet(60);
        self.send("POST", path, &[FORM], &encoded(&[fields, &[("bogen", &sheet)]].concat()))
    }
}
