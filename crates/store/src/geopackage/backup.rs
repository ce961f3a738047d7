//! A copy of a file in use, by SQLite's online backup.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, backup::Backup};

/// Copies the state of one file into another one, which must be there and empty.
///
/// All pages in one step: that reads one state without keeping writers waiting (WAL), where several steps
/// would have to begin again after each commit.
pub(crate) fn copy(from: &Path, to: &Path) -> rusqlite::Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let source = Connection::open_with_flags(from, flags)?;
    source.busy_timeout(std::time::Duration::from_secs(60))?;
    let mut target = Connection::open(to)?;
    {
        let backup = Backup::new(&source, &mut target)?;
        while backup.step(-1)? != rusqlite::backup::StepResult::Done {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    }
    // One file, readable from read-only media, too; opened as a store it goes back to WAL.
    target.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    target.close().map_err(|(_, error)| error)
}
