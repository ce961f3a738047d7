//! A cursor over untrusted XML: streaming, namespace aware, bounded.
//!
//! Document type declarations are refused at once, and with them every entity but the five of XML
//! itself; nesting, tags and records are limited; the encoding is the one the prolog states.

use std::io::{self, BufRead, Read};

use encoding_rs::Encoding;
use quick_xml::{
    NsReader, XmlVersion,
    errors::{Error as XmlError, SyntaxError},
    events::{Event, attributes::Attributes},
    name::ResolveResult,
};

use crate::{
    Format, FormatError, Place,
    input::{Budget, Input, Metered, RECORD_LIMIT, byte_order_mark},
};

/// Real NAS nests 24 elements deep.
const MAX_DEPTH: u32 = 100;
const MAX_TAG_BYTES: usize = 64 * 1024;
/// A prolog `<?xml version="1.0" encoding="…"?>` has less.
const MAX_PROLOG_BYTES: usize = 1024;

/// The vocabularies that matter, whatever their version and prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vocabulary {
    /// Objects and data types of the AdV (GeoInfoDok 6.0, 7.1).
    Aaa,
    /// ALKIS vereinfacht 1.0, 2.0.
    AlkisSimple,
    /// GML 2 to 3.2.
    Gml,
    /// Web Feature Service.
    Wfs,
    /// Anything else.
    Other,
}

impl Vocabulary {
    /// The vocabulary of a namespace.
    pub(crate) fn of(namespace: &str) -> Self {
        const AAA: &str = "http://www.adv-online.de/namespaces/adv/gid/";
        const ALKIS_SIMPLE: &str = "http://repository.gdi-de.org/schemas/adv/produkt/alkis-vereinfacht/";
        if let Some(rest) = namespace.strip_prefix("http://www.opengis.net/") {
            return match rest {
                _ if rest == "gml" || rest.starts_with("gml/3") => Self::Gml,
                _ if rest == "wfs" || rest.starts_with("wfs/") => Self::Wfs,
                _ => Self::Other,
            };
        }
        if let Some(rest) = namespace.strip_prefix(AAA) {
            return match rest {
                _ if rest.starts_with(|c: char| c.is_ascii_digit()) => Self::Aaa,
                "wfs" | "wfsext" => Self::Wfs,
                _ => Self::Other,
            };
        }
        if namespace.starts_with(ALKIS_SIMPLE) { Self::AlkisSimple } else { Self::Other }
    }
}

/// What the cursor stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A start tag; see [`Xml::name`], [`Xml::vocabulary`] and [`Xml::attribute`].
    Start,
    /// The end tag of the innermost open element.
    End,
    /// Part of a text.
    Text,
    /// The end of the document.
    Eof,
}

/// Why there is no next event.
enum Refusal {
    Forbidden(&'static str),
    Xml(XmlError),
}

impl From<XmlError> for Refusal {
    fn from(error: XmlError) -> Self {
        Self::Xml(error)
    }
}

/// The cursor.
pub(crate) struct Xml {
    reader: NsReader<Metered<Box<dyn BufRead + Send>>>,
    budget: Budget,
    buffer: Vec<u8>,
    format: Format,
    prolog_bytes: u64,
    depth: u32,
    root_seen: bool,
    /// Whether what follows is passed over, so that nothing of it need be kept.
    passing: bool,
    tag_bytes: usize,
    name: String,
    vocabulary: Vocabulary,
    attributes: String,
    /// The last part of a text.
    chunk: String,
}

impl Xml {
    pub(crate) fn open(input: &Input, format: Format) -> Result<Self, FormatError> {
        let (stream, prolog_bytes) = without_prolog(input, format)?;
        let (stream, budget) = Metered::new(stream, "one XML tag or text", RECORD_LIMIT);
        let mut reader = NsReader::from_reader(stream);
        reader.config_mut().expand_empty_elements = true;
        Ok(Self {
            reader,
            budget,
            buffer: Vec::new(),
            format,
            prolog_bytes,
            depth: 0,
            root_seen: false,
            passing: false,
            tag_bytes: 0,
            name: String::new(),
            vocabulary: Vocabulary::Other,
            attributes: String::new(),
            chunk: String::new(),
        })
    }

    /// Number of elements that are open.
    pub(crate) fn depth(&self) -> u32 {
        self.depth
    }

    /// Local name of the last start tag.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Vocabulary of the last start tag.
    pub(crate) fn vocabulary(&self) -> Vocabulary {
        self.vocabulary
    }

    pub(crate) fn place(&self) -> Place {
        Place::Byte(self.prolog_bytes + self.reader.buffer_position())
    }

    pub(crate) fn malformed(&self, reason: impl std::fmt::Display) -> FormatError {
        FormatError::malformed(self.format, self.place(), reason)
    }

    /// Value of an attribute of the last start tag, by its local name.
    pub(crate) fn attribute(&self, local_name: &str) -> Result<Option<String>, FormatError> {
        if !self.attributes.contains(local_name) {
            return Ok(None);
        }
        for attribute in Attributes::new(&self.attributes, 0).with_checks(false) {
            let attribute = attribute.map_err(|error| self.malformed(error))?;
            if attribute.key.local_name().as_ref() == local_name && attribute.key.as_namespace_binding().is_none() {
                let value =
                    attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| self.malformed(error))?;
                return Ok(Some(value.into_owned()));
            }
        }
        Ok(None)
    }

    /// Goes one step on. Comments and processing instructions are passed over.
    pub(crate) fn step(&mut self) -> Result<Step, FormatError> {
        loop {
            self.budget.renew();
            self.buffer.clear();
            match self.advance() {
                Ok(Some(step)) => return self.account(step),
                Ok(None) => {}
                Err(Refusal::Forbidden(reason)) => return Err(self.forbidden(reason)),
                Err(Refusal::Xml(error)) => return Err(self.error(&error)),
            }
        }
    }

    /// Takes the next event; `None` for one that says nothing.
    fn advance(&mut self) -> Result<Option<Step>, Refusal> {
        match self.reader.read_event_into(&mut self.buffer)? {
            Event::Start(tag) => {
                self.tag_bytes = tag.len();
                if !self.passing {
                    self.name.clear();
                    self.name.push_str(tag.local_name().as_ref());
                    self.attributes.clear();
                    self.attributes.push_str(tag.attributes_raw());
                    self.vocabulary = match self.reader.resolver().resolve_element(tag.name()).0 {
                        ResolveResult::Bound(namespace) => Vocabulary::of(namespace.as_ref()),
                        _ => Vocabulary::Other,
                    };
                }
                return Ok(Some(Step::Start));
            }
            Event::End(_) => return Ok(Some(Step::End)),
            Event::Eof => return Ok(Some(Step::Eof)),
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::Empty(_) => return Ok(None),
            Event::DocType(_) => {
                return Err(Refusal::Forbidden("a document type declaration, which cadastral files never have"));
            }
            Event::Text(_) | Event::CData(_) if self.passing => {}
            Event::Text(text) => set(&mut self.chunk, &text.xml10_content()),
            Event::CData(text) => set(&mut self.chunk, &text.xml10_content()),
            Event::GeneralRef(reference) => {
                let character = match reference.resolve_char_ref()? {
                    Some(character) => Some(character),
                    None => predefined(&reference),
                };
                let character = character.ok_or(Refusal::Forbidden("an entity that XML does not define"))?;
                set(&mut self.chunk, character.encode_utf8(&mut [0; 4]));
            }
        }
        Ok(Some(Step::Text))
    }

    /// Keeps count of depth and sizes.
    fn account(&mut self, step: Step) -> Result<Step, FormatError> {
        match step {
            Step::Start => {
                self.depth += 1;
                self.root_seen = true;
                if self.depth > MAX_DEPTH {
                    return Err(self.forbidden("elements nested more than 100 deep"));
                }
                if self.tag_bytes > MAX_TAG_BYTES {
                    return Err(FormatError::TooLarge { what: "one XML tag", limit: MAX_TAG_BYTES as u64 });
                }
            }
            Step::End => self.depth = self.depth.saturating_sub(1),
            Step::Eof if self.depth > 0 || !self.root_seen => {
                return Err(FormatError::Truncated { format: self.format, place: self.place() });
            }
            Step::Text | Step::Eof => {}
        }
        Ok(step)
    }

    /// Goes to the end tag that closes the element open at `depth`; the cursor may be anywhere inside.
    pub(crate) fn leave(&mut self, depth: u32) -> Result<(), FormatError> {
        self.passing = true;
        let mut left = Ok(Step::End);
        while self.depth >= depth && left.is_ok() {
            left = self.step();
        }
        self.passing = false;
        left.map(drop)
    }

    /// Calls `visit` at the start tag of every child of the innermost open element, and leaves it.
    /// What `visit` does not read of a child is passed over.
    pub(crate) fn children<E: From<FormatError>>(
        &mut self,
        mut visit: impl FnMut(&mut Self) -> Result<(), E>,
    ) -> Result<(), E> {
        let depth = self.depth;
        loop {
            match self.step()? {
                Step::Start => {
                    visit(self)?;
                    self.leave(depth + 1)?;
                }
                Step::End | Step::Eof => return Ok(()),
                Step::Text => {}
            }
        }
    }

    /// The text of the innermost open element, trimmed; the texts of elements within it are left out.
    pub(crate) fn text(&mut self) -> Result<String, FormatError> {
        let depth = self.depth;
        let mut text = String::new();
        while self.depth >= depth {
            if self.step()? == Step::Text && self.depth == depth {
                text.push_str(&self.chunk);
                if text.len() as u64 > RECORD_LIMIT {
                    return Err(FormatError::TooLarge { what: "one XML text", limit: RECORD_LIMIT });
                }
            }
        }
        let trimmed = text.trim();
        Ok(if trimmed.len() == text.len() { text } else { trimmed.to_owned() })
    }

    /// The texts of all elements without children in the innermost open element, by local name.
    pub(crate) fn leaves(&mut self) -> Result<Vec<(String, String)>, FormatError> {
        const MAX_LEAVES: usize = 1000;
        let depth = self.depth;
        let mut leaves = Vec::new();
        let mut name = String::new();
        let mut text = String::new();
        while self.depth >= depth {
            match self.step()? {
                Step::Start => {
                    name.clone_from(&self.name);
                    text.clear();
                }
                Step::Text => text.push_str(&self.chunk),
                Step::End => {
                    if !name.is_empty() && leaves.len() < MAX_LEAVES {
                        leaves.push((std::mem::take(&mut name), text.trim().to_owned()));
                    }
                    name.clear();
                    text.clear();
                }
                Step::Eof => {}
            }
        }
        Ok(leaves)
    }

    fn forbidden(&self, reason: &'static str) -> FormatError {
        FormatError::Forbidden { format: self.format, place: self.place(), reason }
    }

    fn error(&mut self, error: &XmlError) -> FormatError {
        let place = self.place();
        let at_end = self.reader.get_mut().fill_buf().is_ok_and(<[u8]>::is_empty);
        match error {
            XmlError::Io(error) => FormatError::from_io(self.format, place, error),
            XmlError::Encoding(error) => FormatError::Encoding { place, reason: error.to_string() },
            // The parser looks for the end of a tag, comment or reference and finds that of the file.
            XmlError::Syntax(SyntaxError::InvalidBangMarkup) if !at_end => self.malformed(error),
            XmlError::Syntax(_) => FormatError::Truncated { format: self.format, place },
            _ => self.malformed(error),
        }
    }
}

fn set(chunk: &mut String, text: &str) {
    chunk.clear();
    chunk.push_str(text);
}

fn predefined(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

type Stream = Box<dyn BufRead + Send>;

/// The document as UTF-8 without byte order mark and XML declaration, and how long these were.
///
/// The declaration names the encoding of the bytes on disk, which is no longer that of the stream.
fn without_prolog(input: &Input, format: Format) -> Result<(Stream, u64), FormatError> {
    let head = input.head()?;
    let (encoding, mark) = match byte_order_mark(&head) {
        Some(found) => found,
        None if head.starts_with(b"<\0") => (encoding_rs::UTF_16LE, 0),
        None => (declared_encoding(&head)?, 0),
    };
    let start = encoding.decode_without_bom_handling(&head[mark..]).0;
    let declaration = match start.strip_prefix("<?xml").and(start.find('>')) {
        Some(end) if end < MAX_PROLOG_BYTES => end + 1,
        _ => 0,
    };
    // The mark was decoded to U+FEFF, of three bytes in UTF-8.
    let prolog = declaration as u64 + if mark > 0 { 3 } else { 0 };
    let mut stream = input.text(encoding)?;
    io::copy(&mut stream.by_ref().take(prolog), &mut io::sink())
        .map_err(|error| FormatError::from_io(format, Place::Byte(0), &error))?;
    Ok((stream, prolog))
}

/// The encoding named in the XML declaration; UTF-8 if there is none.
fn declared_encoding(head: &[u8]) -> Result<&'static Encoding, FormatError> {
    let head = &head[..head.len().min(MAX_PROLOG_BYTES)];
    let Some(end) = head.starts_with(b"<?xml").then(|| head.iter().position(|byte| *byte == b'>')).flatten() else {
        return Ok(encoding_rs::UTF_8);
    };
    let declaration = String::from_utf8_lossy(&head[..end]);
    let Some((_, rest)) = declaration.split_once("encoding") else { return Ok(encoding_rs::UTF_8) };
    let label = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '=');
    let label = label.split(['"', '\'']).nth(1).unwrap_or_default();
    match Encoding::for_label(label.as_bytes()) {
        // Without a byte order mark and read this far as ASCII, it cannot be UTF-16.
        Some(encoding) if !encoding.is_ascii_compatible() => Ok(encoding_rs::UTF_8),
        Some(encoding) => Ok(encoding),
        None => Err(FormatError::Encoding {
            place: Place::Byte(0),
            reason: format!("the XML declaration names the unknown encoding \"{label}\"; expected UTF-8 or ISO-8859-1"),
        }),
    }
}

#[cfg(test)]
#[path = "xml_tests.rs"]
mod tests;
