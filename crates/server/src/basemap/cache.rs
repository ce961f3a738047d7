//! Pictures on disk: one file a tile, `{id}/{z}/{x}/{y}`; an empty file says that there is none.
//!
//! The time of a file's change says from when on it counts: what a publisher lets hold for longer lies in the future.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use bytes::Bytes;

use super::grid::Tile;

/// For so long a picture is not asked for again.
const FRESH: Duration = Duration::from_hours(7 * 24);
/// At most so long, whatever the publisher says.
const LONGEST: Duration = Duration::from_hours(30 * 24);

/// A picture that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    /// The picture; empty: there is none.
    pub(crate) bytes: Bytes,
    /// Whether it need not be asked for again.
    pub(crate) is_fresh: bool,
}

/// The folder. All calls block the thread.
#[derive(Clone, Debug)]
pub(crate) struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// Uses a folder, which is created if it is not there.
    pub(crate) fn new(folder: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&folder)?;
        Ok(Self { folder })
    }

    /// Looks a picture up. One that cannot be read is one that is not there.
    pub(crate) fn get(&self, id: &str, tile: Tile, now: SystemTime) -> Option<Kept> {
        let path = self.path(id, tile);
        let counts_from = fs::metadata(&path).and_then(|data| data.modified()).ok()?;
        let age = now.duration_since(counts_from).unwrap_or_default();
        Some(Kept { bytes: fs::read(&path).ok()?.into(), is_fresh: age < FRESH })
    }

    /// Keeps a picture; half-written ones are never seen.
    pub(crate) fn put(
        &self,
        id: &str,
        tile: Tile,
        bytes: &[u8],
        holds: Option<Duration>,
        now: SystemTime,
    ) -> io::Result<()> {
        let path = self.path(id, tile);
        let folder = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        io::Write::write_all(&mut file, bytes)?;
        let longer = holds.unwrap_or_default().clamp(FRESH, LONGEST).saturating_sub(FRESH);
        file.as_file().set_modified(now + longer)?;
        file.persist(&path)?;
        Ok(())
    }

    /// Removes what counts from longest ago until no more than so many bytes are left. Returns what is left.
    pub(crate) fn shrink(&self, most_bytes: u64) -> io::Result<u64> {
        let mut files = Vec::new();
        collect(&self.folder, &mut files)?;
        files.sort_by_key(|file| file.1);
        let mut total: u64 = files.iter().map(|file| file.2).sum();
        for (path, _, size) in &files {
            if total <= most_bytes {
                break;
            }
            fs::remove_file(path)?;
            total -= size;
        }
        Ok(total)
    }

    fn path(&self, id: &str, Tile { z, x, y }: Tile) -> PathBuf {
        self.folder.join(id).join(z.to_string()).join(x.to_string()).join(y.to_string())
    }
}

fn collect(folder: &Path, files: &mut Vec<(PathBuf, SystemTime, u64)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let data = entry.metadata()?;
        if data.is_dir() {
            collect(&entry.path(), files)?;
        } else {
            files.push((entry.path(), data.modified()?, data.len()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{Cache, Kept};
    use crate::basemap::grid::Tile;

    const TILE: Tile = Tile { z: 3, x: 4, y: 2 };
    const DAY: Duration = Duration::from_secs(24 * 3600);

    #[test]
    fn a_picture_is_fresh_for_a_week_or_as_long_as_its_publisher_says() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().join("new/folder")).unwrap();
        let now = SystemTime::now();
        assert_eq!(cache.get("a", TILE, now), None);
        let is_fresh_after = |days: u32| cache.get("a", TILE, now + days * DAY).map(|kept| kept.is_fresh);
        for (holds, last_day) in [(None, 6), (Some(DAY), 6), (Some(10 * DAY), 9), (Some(400 * DAY), 29)] {
            cache.put("a", TILE, b"picture", holds, now).unwrap();
            assert_eq!(is_fresh_after(last_day), Some(true), "{holds:?}");
            assert_eq!(is_fresh_after(last_day + 2), Some(false), "{holds:?}");
        }
        assert_eq!(cache.get("b", TILE, now), None);
        assert_eq!(cache.get("a", Tile { y: 3, ..TILE }, now), None);
        cache.put("a", TILE, b"", None, now).unwrap();
        assert_eq!(cache.get("a", TILE, now), Some(Kept { bytes: "".into(), is_fresh: true }));
    }

    #[test]
    fn the_oldest_go_first_when_there_is_no_more_room() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().to_owned()).unwrap();
        let now = SystemTime::now();
        for (age, y) in [(3, 0), (1, 1), (2, 2)] {
            cache.put("a", Tile { y, ..TILE }, &[0; 100], None, now - age * DAY).unwrap();
        }
        assert_eq!(cache.shrink(300).unwrap(), 300);
        assert_eq!(cache.shrink(150).unwrap(), 100);
        let left: Vec<bool> = (0..3).map(|y| cache.get("a", Tile { y, ..TILE }, now).is_some()).collect();
        assert_eq!(left, [false, true, false]);
    }
}
