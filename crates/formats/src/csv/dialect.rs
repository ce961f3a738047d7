//! Separator and encoding of a CSV file, guessed from its beginning.

use encoding_rs::Encoding;

use crate::{
    ReadOptions,
    input::{HEAD_BYTES, byte_order_mark},
};

/// How a file is written.
#[derive(Clone, Debug)]
pub(super) struct Dialect {
    pub(super) encoding: &'static Encoding,
    /// Whether a byte order mark says so.
    pub(super) is_marked: bool,
    pub(super) delimiter: u8,
    /// Whether the first line is Excel's `sep=;` and no header.
    pub(super) names_separator: bool,
}

/// In the order of preference where the file does not tell.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Records looked at.
const SAMPLE_RECORDS: usize = 50;

pub(super) fn guess(head: &[u8], options: &ReadOptions) -> Dialect {
    let (encoding, mark) = byte_order_mark(head).unwrap_or((encoding_rs::UTF_8, 0));
    let text = encoding.decode_without_bom_handling(&head[mark..]).0;
    let line = text.lines().next().unwrap_or_default().as_bytes();
    let named = (line.len() == 5 && line[..4].eq_ignore_ascii_case(b"sep=")).then(|| line[4]);
    let rest = if named.is_some() { text.split_once('\n').map_or("", |(_, rest)| rest) } else { &text };
    let delimiter =
        options.delimiter.or(named).unwrap_or_else(|| most_regular(rest.as_bytes(), head.len() >= HEAD_BYTES));
    Dialect { encoding, is_marked: mark > 0, delimiter, names_separator: named.is_some() }
}

/// The separator that splits most records into as many fields as the header; of several the one that
/// makes most fields.
fn most_regular(sample: &[u8], cut: bool) -> u8 {
    let score = |delimiter: u8| {
        let mut reader =
            ::csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(sample);
        let mut widths: Vec<usize> =
            reader.byte_records().take(SAMPLE_RECORDS).map_while(Result::ok).map(|record| record.len()).collect();
        if cut && widths.len() > 1 && widths.len() < SAMPLE_RECORDS {
            widths.pop();
        }
        let header = widths.first().copied().unwrap_or(0);
        if header < 2 {
            return (0, 0);
        }
        let regular = widths.iter().filter(|width| **width == header).count();
        (100 * regular / widths.len(), header)
    };
    // The last of equal maxima wins, so the list is walked from behind.
    DELIMITERS.into_iter().rev().max_by_key(|delimiter| score(*delimiter)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::guess;
    use crate::ReadOptions;

    fn check(head: &str, delimiter: u8) {
        assert_eq!(guess(head.as_bytes(), &ReadOptions::default()).delimiter, delimiter, "{head:?}");
    }

    #[test]
    fn the_separator_that_makes_regular_rows_is_taken() {
        check("a,b,c\n1,2,3\n", b',');
        check("a;b\n1,5;2,5\n", b';');
        check("a\tb\n1;2\t3\n", b'\t');
        check("a|b\n1|2\n", b'|');
        check("id;wkt\n1;POLYGON((0 0,1 0,1 1,0 0))\n2;POINT(1 1)\n", b';');
        check("name,text\nx,\"a;b;c\"\n", b',');
        check("only\n1\n", b',');
        check("", b',');
        check("sep=|\na|b;c\n", b'|');
    }

    #[test]
    fn what_the_caller_says_holds() {
        let options = ReadOptions { delimiter: Some(b';'), ..ReadOptions::default() };
        assert_eq!(guess(b"a,b,c\n", &options).delimiter, b';');
    }
}
