//! The file as a stream: decompressed, decoded, metered.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::SystemTime,
};

use encoding_rs::{CoderResult, Decoder, Encoding};
use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

use crate::FormatError;

const BUFFER_BYTES: usize = 64 * 1024;

/// Bytes looked at to tell formats apart.
pub(crate) const HEAD_BYTES: usize = 64 * 1024;

/// More than any one record of a real file: the largest seen, a state border in NAS, has 4 MB.
pub(crate) const RECORD_LIMIT: u64 = 64 * 1024 * 1024;

/// Below this size a compressed file may expand as it likes.
pub(crate) const INFLATION_FREE: u64 = 64 * 1024 * 1024;
/// Real NAS and GeoJSON files shrink to a tenth or a fortieth.
pub(crate) const INFLATION_RATIO: u64 = 200;

/// A limit that was hit while reading; travels inside an [`io::Error`].
#[derive(Clone, Debug, thiserror::Error)]
#[error("{what} is larger than the limit of {limit} bytes")]
pub(crate) struct Excess {
    pub(crate) what: &'static str,
    pub(crate) limit: u64,
}

/// A file to be read, perhaps several times.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    pub(crate) path: PathBuf,
    /// File name without its extensions.
    pub(crate) name: String,
    pub(crate) len: u64,
    pub(crate) gzip: bool,
    /// Bytes of the file read in the present pass.
    pub(crate) bytes_read: Arc<AtomicU64>,
    modified: Option<SystemTime>,
}

impl Input {
    pub(crate) fn open(path: &Path) -> Result<Self, FormatError> {
        let io_error = |source| FormatError::Io { path: path.to_owned(), source };
        let metadata = std::fs::metadata(path).map_err(io_error)?;
        if !metadata.is_file() {
            return Err(FormatError::Unknown { path: path.to_owned(), reason: "it is not a file".to_owned() });
        }
        let mut magic = [0; 2];
        let gzip = match File::open(path).map_err(io_error)?.read_exact(&mut magic) {
            Ok(()) => magic == [0x1f, 0x8b],
            Err(_) => false,
        };
        let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let file_name = file_name.strip_suffix(".gz").unwrap_or(&file_name);
        let name = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem).to_owned();
        Ok(Self {
            path: path.to_owned(),
            name,
            len: metadata.len(),
            gzip,
            bytes_read: Arc::default(),
            modified: metadata.modified().ok(),
        })
    }

    /// The extension in lower case, without `.gz`.
    pub(crate) fn extension(&self) -> String {
        let name = self.path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        name.rsplit_once('.').map_or(String::new(), |(_, extension)| extension.to_owned())
    }

    pub(crate) fn io_error(&self, source: io::Error) -> FormatError {
        FormatError::Io { path: self.path.clone(), source }
    }

    /// The content from its start, decompressed. Counts into `bytes_read` anew.
    pub(crate) fn bytes(&self) -> Result<Box<dyn BufRead + Send>, FormatError> {
        let file = File::open(&self.path).map_err(|source| self.io_error(source))?;
        self.bytes_read.store(0, Ordering::Relaxed);
        let counted = Counted { inner: file, count: Arc::clone(&self.bytes_read) };
        let file = BufReader::with_capacity(BUFFER_BYTES, counted);
        if !self.gzip {
            return Ok(Box::new(file));
        }
        let inflated =
            Inflated { inner: MultiGzDecoder::new(file), compressed: Arc::clone(&self.bytes_read), bytes: 0 };
        Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, inflated)))
    }

    /// The content from its start, decompressed and decoded to UTF-8.
    ///
    /// UTF-8 itself is passed through: who parses it validates it.
    pub(crate) fn text(&self, encoding: &'static Encoding) -> Result<Box<dyn BufRead + Send>, FormatError> {
        let bytes = self.bytes()?;
        if encoding == encoding_rs::UTF_8 {
            return Ok(bytes);
        }
        let decoded = Decoded {
            inner: bytes,
            decoder: encoding.new_decoder_without_bom_handling(),
            spare: Vec::new(),
            finished: false,
        };
        Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, decoded)))
    }

    /// The content as UTF-8, in the encoding its byte order mark states, without the mark.
    pub(crate) fn unmarked_text(&self, head: &[u8]) -> Result<Box<dyn BufRead + Send>, FormatError> {
        let Some((encoding, _)) = byte_order_mark(head) else { return self.bytes() };
        let mut text = self.text(encoding)?;
        // The mark was decoded to U+FEFF, of three bytes in UTF-8.
        io::copy(&mut text.by_ref().take(3), &mut io::sink()).map_err(|source| self.io_error(source))?;
        Ok(text)
    }

    /// The first bytes of the content, decompressed.
    pub(crate) fn head(&self) -> Result<Vec<u8>, FormatError> {
        let mut head = Vec::new();
        let read = self.bytes()?.take(HEAD_BYTES as u64).read_to_end(&mut head);
        match read {
            Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(self.io_error(error)),
            // A truncated file still shows what it was meant to be; its reader will say where it ends.
            _ => Ok(head),
        }
    }

    /// SHA-256 of the file as it is on disk, compressed or not.
    pub(crate) fn sha256(&self) -> Result<[u8; 32], FormatError> {
        let mut file = File::open(&self.path).map_err(|source| self.io_error(source))?;
        let mut digest = Sha256::new();
        let mut buffer = vec![0; 4 * BUFFER_BYTES];
        loop {
            let count = file.read(&mut buffer).map_err(|source| self.io_error(source))?;
            if count == 0 {
                return Ok(digest.finalize().into());
            }
            digest.update(&buffer[..count]);
        }
    }

    /// Refuses a file that somebody wrote to since it was opened.
    pub(crate) fn check_unchanged(&self) -> Result<(), FormatError> {
        let metadata = std::fs::metadata(&self.path).map_err(|source| self.io_error(source))?;
        if metadata.len() != self.len || metadata.modified().ok() != self.modified {
            return Err(FormatError::Changed { path: self.path.clone() });
        }
        Ok(())
    }
}

/// The encoding a byte order mark states, with the length of the mark.
pub(crate) fn byte_order_mark(head: &[u8]) -> Option<(&'static Encoding, usize)> {
    Encoding::for_bom(head)
}

struct Counted<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.count.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Decompressed bytes; refuses what expands beyond all measure.
struct Inflated<R> {
    inner: MultiGzDecoder<R>,
    compressed: Arc<AtomicU64>,
    bytes: u64,
}

impl<R: BufRead> Read for Inflated<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.bytes += count as u64;
        let limit = INFLATION_FREE + self.compressed.load(Ordering::Relaxed).saturating_mul(INFLATION_RATIO);
        if self.bytes > limit {
            return Err(io::Error::other(Excess { what: "the decompressed file", limit }));
        }
        Ok(count)
    }
}

/// Text in another encoding, read as UTF-8. Bytes that do not exist in the encoding become U+FFFD.
struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    /// Decoded bytes that did not fit, read next.
    spare: Vec<u8>,
    /// The decoder must not be called again once it saw the end.
    finished: bool,
}

impl<R: BufRead> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.spare.is_empty() {
                let count = self.spare.len().min(buffer.len());
                buffer[..count].copy_from_slice(&self.spare[..count]);
                self.spare.drain(..count);
                return Ok(count);
            }
            if self.finished {
                return Ok(0);
            }
            let input = self.inner.fill_buf()?;
            let last = input.is_empty();
            // The longest character takes four bytes; a smaller buffer goes through the spare one.
            let mut small = [0; 16];
            let direct = buffer.len() >= small.len();
            let target: &mut [u8] = if direct { &mut *buffer } else { &mut small };
            let (result, read, written, _) = self.decoder.decode_to_utf8(input, target, last);
            self.inner.consume(read);
            self.finished = last && result == CoderResult::InputEmpty;
            if !direct {
                self.spare.extend_from_slice(&small[..written]);
            } else if written > 0 {
                return Ok(written);
            }
        }
    }
}

/// A stream that hands out no more than a budget between two renewals.
///
/// So one record of a hostile file cannot fill the memory, whatever parser collects it.
pub(crate) struct Metered<R> {
    inner: R,
    budget: Budget,
}

/// The budget of a [`Metered`] stream; a clone renews it from outside.
#[derive(Clone, Debug)]
pub(crate) struct Budget {
    what: &'static str,
    limit: u64,
    used: Arc<AtomicU64>,
}

impl Budget {
    pub(crate) fn renew(&self) {
        self.used.store(0, Ordering::Relaxed);
    }

    fn check(&self) -> io::Result<()> {
        if self.used.load(Ordering::Relaxed) > self.limit {
            return Err(io::Error::other(Excess { what: self.what, limit: self.limit }));
        }
        Ok(())
    }

    fn spend(&self, bytes: usize) {
        self.used.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

impl<R> Metered<R> {
    pub(crate) fn new(inner: R, what: &'static str, limit: u64) -> (Self, Budget) {
        let budget = Budget { what, limit, used: Arc::default() };
        (Self { inner, budget: budget.clone() }, budget)
    }
}

impl<R: BufRead> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.budget.check()?;
        let count = self.inner.read(buffer)?;
        self.budget.spend(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Metered<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.budget.check()?;
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.budget.spend(count);
        self.inner.consume(count);
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Read};

    use super::{Decoded, Input, Metered};
    use crate::FormatError;

    fn check_decoded(encoding: &'static encoding_rs::Encoding, bytes: &[u8], chunk: usize, expected: &str) {
        let mut decoded = Decoded {
            inner: BufReader::with_capacity(3, bytes),
            decoder: encoding.new_decoder(),
            spare: Vec::new(),
            finished: false,
        };
        let mut text = Vec::new();
        let mut buffer = vec![0; chunk];
        loop {
            let count = decoded.read(&mut buffer).unwrap();
            if count == 0 {
                break;
            }
            text.extend_from_slice(&buffer[..count]);
        }
        assert_eq!(String::from_utf8(text).unwrap(), expected);
    }

    #[test]
    fn other_encodings_come_out_as_utf8_whatever_the_buffer() {
        for chunk in [1, 2, 5, 16, 100] {
            check_decoded(encoding_rs::WINDOWS_1252, b"Stra\xdfe \x80 5", chunk, "Straße € 5");
            check_decoded(encoding_rs::UTF_16LE, b"B\0\xf6\0r\0t\0", chunk, "Bört");
            check_decoded(encoding_rs::UTF_16BE, b"\xd8\x3d\xde\x00", chunk, "😀");
            check_decoded(encoding_rs::WINDOWS_1252, b"", chunk, "");
        }
    }

    #[test]
    fn a_record_beyond_its_budget_is_refused() {
        let (mut metered, budget) = Metered::new(&b"0123456789"[..], "a record", 4);
        let mut buffer = [0; 5];
        assert_eq!(metered.read(&mut buffer).unwrap(), 5);
        assert!(metered.read(&mut buffer).unwrap_err().to_string().contains("limit of 4 bytes"));
        budget.renew();
        assert_eq!(metered.read(&mut buffer).unwrap(), 5);
    }

    #[test]
    fn a_file_that_grows_meanwhile_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("plan.csv.gz");
        std::fs::write(&path, "a").unwrap();
        let input = Input::open(&path).unwrap();
        assert_eq!((input.name.as_str(), input.extension().as_str()), ("plan", "csv"));
        input.check_unchanged().unwrap();
        std::fs::write(&path, "ab").unwrap();
        assert!(matches!(input.check_unchanged(), Err(FormatError::Changed { .. })));
    }

    #[test]
    fn a_bomb_of_zeros_is_refused_while_it_is_read() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("bomb.csv.gz");
        let file = std::fs::File::create(&path).unwrap();
        let mut encoder = flate2::write::GzEncoder::new(file, flate2::Compression::best());
        std::io::copy(&mut std::io::repeat(b' ').take(200 * 1024 * 1024), &mut encoder).unwrap();
        encoder.finish().unwrap();
        let read = std::io::copy(&mut Input::open(&path).unwrap().bytes().unwrap(), &mut std::io::sink());
        assert!(read.unwrap_err().to_string().contains("the decompressed file is larger"));
    }
}
