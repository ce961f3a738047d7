//! Tiles that took long to cut, kept as long as there is room: a far view of a large cadastre is asked for by everybody
//! who begins there.
//!
//! A tile is kept under its entity tag, which changes with whatever can be seen in it: what is withdrawn is never
//! found again, and what was found is exactly what would be cut. Only what the public sees is kept.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;
use spatial::tile::TileAddress;

/// Bytes of tiles that are kept about at most: several hundred of the largest.
const MOST_BYTES: usize = 64 << 20;

/// What a tile is found by: its tag, its place, its layers.
pub(crate) type Key = (String, TileAddress, Vec<String>);

/// The tiles, those longest unused the first to go.
#[derive(Debug)]
pub(crate) struct KeptTiles {
    most_bytes: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    tiles: HashMap<Key, (u64, Bytes)>,
    /// By when they were used last, counted from the first.
    by_use: BTreeMap<u64, Key>,
    uses: u64,
    bytes: usize,
}

impl Default for KeptTiles {
    fn default() -> Self {
        Self::with_room(MOST_BYTES)
    }
}

impl KeptTiles {
    fn with_room(most_bytes: usize) -> Self {
        Self { most_bytes, kept: Mutex::default() }
    }

    /// The tile, if it is kept.
    pub(super) fn get(&self, key: &Key) -> Option<Bytes> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (used, bytes) = kept.tiles.get(key)?.clone();
        kept.by_use.remove(&used);
        kept.put(key.clone(), bytes.clone());
        Some(bytes)
    }

    /// Keeps a tile; what was not used for longest makes room for it.
    pub(super) fn put(&self, key: Key, bytes: Bytes) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.remove(&key);
        kept.bytes += size(&key, &bytes);
        kept.put(key, bytes);
        while kept.bytes > self.most_bytes {
            let Some((_, oldest)) = kept.by_use.first_key_value() else { break };
            let oldest = oldest.clone();
            kept.remove(&oldest);
        }
    }
}

impl Kept {
    fn put(&mut self, key: Key, bytes: Bytes) {
        self.uses += 1;
        self.by_use.insert(self.uses, key.clone());
        self.tiles.insert(key, (self.uses, bytes));
    }

    fn remove(&mut self, key: &Key) {
        if let Some((used, bytes)) = self.tiles.remove(key) {
            self.by_use.remove(&used);
            self.bytes -= size(key, &bytes);
        }
    }
}

/// What a tile takes: its bytes, and about what it takes to find it.
fn size((tag, _, collections): &Key, bytes: &Bytes) -> usize {
    const ENTRY: usize = 200;
    let names: usize = collections.iter().map(|name| name.len() + size_of::<String>()).sum();
    bytes.len() + 2 * (tag.len() + names) + ENTRY
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use spatial::tile::TileAddress;

    use super::{KeptTiles, Key};

    fn key(tag: &str, column: u32) -> Key {
        (tag.to_owned(), TileAddress::new(10, 3, column).unwrap(), vec!["parcels".to_owned()])
    }

    fn tile(byte: u8) -> Bytes {
        Bytes::from(vec![byte; 1_000])
    }

    #[test]
    fn a_tile_is_found_under_its_tag_and_place_only() {
        let kept = KeptTiles::with_room(100_000);
        kept.put(key("a", 1), tile(1));
        kept.put(key("a", 2), tile(2));
        assert_eq!(kept.get(&key("a", 1)), Some(tile(1)));
        assert_eq!(kept.get(&key("a", 2)), Some(tile(2)));
        assert_eq!(kept.get(&key("b", 1)), None);
        let mut other = key("a", 1);
        other.2.push("sites".to_owned());
        assert_eq!(kept.get(&other), None);
        kept.put(key("a", 1), tile(3));
        assert_eq!(kept.get(&key("a", 1)), Some(tile(3)));
    }

    #[test]
    fn what_was_not_used_for_longest_makes_room() {
        let kept = KeptTiles::with_room(5_000);
        for column in 0..3 {
            kept.put(key("a", column), tile(0));
        }
        assert!(kept.get(&key("a", 0)).is_some());
        for column in 3..5 {
            kept.put(key("a", column), tile(0));
        }
        let found: Vec<bool> = (0..5).map(|column| kept.get(&key("a", column)).is_some()).collect();
        assert_eq!(found, [true, false, false, true, true]);
        kept.put(key("a", 9), Bytes::from(vec![0; 6_000]));
        assert_eq!(kept.kept.lock().unwrap().bytes, 0, "what is larger than the room is not kept, and all was counted");
        assert!(kept.kept.lock().unwrap().by_use.is_empty());
    }
}
