//! Text as tokens.

use super::{ParseError, shorten};

/// A token, and where it begins (in bytes).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind<'t>,
    pub(super) start: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind<'t> {
    /// A keyword, a function or the name of a property.
    Word(&'t str),
    /// A name in double quotes.
    Name(String),
    /// Text in single quotes.
    Text(String),
    /// A number without sign.
    Number(&'t str),
    /// Brackets, commas, operators.
    Symbol(&'static str),
    End,
}

/// Longer ones first.
const SYMBOLS: [&str; 15] = ["<>", "<=", ">=", "<", ">", "=", "(", ")", ",", "+", "-", "*", "/", "%", "^"];

#[derive(Clone, Debug)]
pub(super) struct Lexer<'t> {
    text: &'t str,
    position: usize,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, position: 0 }
    }

    pub(super) fn next(&mut self) -> Result<Token<'t>, ParseError> {
        let rest = &self.text[self.position..];
        let rest = rest.trim_start_matches(|c: char| c.is_whitespace());
        let start = self.text.len() - rest.len();
        let (kind, len) = match rest.chars().next() {
            None => (Kind::End, 0),
            Some('\'') => quoted(rest, '\'')
                .map(|(text, len)| (Kind::Text(text), len))
                .ok_or_else(|| self.refuse(start, "the closing ' of a text", "the end"))?,
            Some('"') => quoted(rest, '"')
                .map(|(name, len)| (Kind::Name(name), len))
                .ok_or_else(|| self.refuse(start, "the closing \" of a name", "the end"))?,
            Some(c) if c.is_ascii_digit() || (c == '.' && rest[1..].starts_with(|d: char| d.is_ascii_digit())) => {
                let len = number_len(rest);
                (Kind::Number(&rest[..len]), len)
            }
            Some(c) if is_name_start(c) => {
                let len = rest.find(|c| !is_name_part(c)).unwrap_or(rest.len());
                (Kind::Word(&rest[..len]), len)
            }
            Some(c) => match SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol)) {
                Some(symbol) => (Kind::Symbol(symbol), symbol.len()),
                None => return Err(self.refuse(start, "a value, name or operator", &format!("\"{c}\""))),
            },
        };
        self.position = start + len;
        Ok(Token { kind, start })
    }

    /// An error at a position in bytes.
    pub(super) fn refuse(&self, start: usize, expected: &str, found: &str) -> ParseError {
        let at = self.text[..start].chars().count() + 1;
        ParseError::Syntax { at, expected: expected.to_owned(), found: found.to_owned() }
    }
}

impl Kind<'_> {
    /// As a reader of an error would call it.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Word(word) | Self::Number(word) => format!("\"{}\"", shorten(word)),
            Self::Name(name) => format!("the name \"{}\"", shorten(name)),
            Self::Text(text) => format!("the text '{}'", shorten(text)),
            Self::Symbol(symbol) => format!("\"{symbol}\""),
            Self::End => "the end".to_owned(),
        }
    }

    /// Whether it is this keyword, in any case.
    pub(super) fn is_word(&self, keyword: &str) -> bool {
        matches!(self, Self::Word(word) if word.eq_ignore_ascii_case(keyword))
    }
}

fn is_name_start(c: char) -> bool {
    matches!(c, ':' | '_') || c.is_alphabetic()
}

fn is_name_part(c: char) -> bool {
    is_name_start(c) || c.is_numeric() || matches!(c, '.' | '\u{0300}'..='\u{036f}' | '\u{203f}'..='\u{2040}')
}

/// Length of digits with an optional fraction and exponent.
fn number_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| from + bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut end = digits(0);
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    end
}

/// What stands between quotes, and the length with them. A quote within is doubled or, in a text, has a backslash
/// before it (rule `escapeQuote`); every other backslash stays, for patterns.
fn quoted(text: &str, quote: char) -> Option<(String, usize)> {
    let mut out = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        if c == quote && next == Some(quote) || c == '\\' && quote == '\'' && next == Some(quote) {
            out.push(quote);
            chars.next();
        } else if c == quote {
            return Some((out, at + 1));
        } else {
            out.push(c);
        }
    }
    None
}
