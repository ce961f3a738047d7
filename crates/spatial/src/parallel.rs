//! Work on two cores, where there is enough of it.

use std::{panic::resume_unwind, thread};

/// With fewer records than this, another thread costs more than it saves.
const WORTH_A_THREAD: usize = 20_000;

/// Does two pieces of work over so many records, side by side if they are many.
pub(crate) fn both<A, B: Send>(records: usize, here: impl FnOnce() -> A, there: impl FnOnce() -> B + Send) -> (A, B) {
    if records < WORTH_A_THREAD {
        return (here(), there());
    }
    thread::scope(|scope| {
        let there = scope.spawn(there);
        let here = here();
        (here, there.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })
}

#[cfg(test)]
mod tests {
    use super::{WORTH_A_THREAD, both};

    #[test]
    fn both_are_done_however_much_there_is() {
        for records in [0, WORTH_A_THREAD] {
            let (mut here, mut there) = (0, 0);
            assert_eq!(
                both(
                    records,
                    || {
                        here += 1;
                        "here"
                    },
                    || {
                        there += 1;
                        "there"
                    }
                ),
                ("here", "there")
            );
            assert_eq!((here, there), (1, 1));
        }
    }
}
