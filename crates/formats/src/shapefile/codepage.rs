//! Code pages of tables: named in the `.cpg` file, else by a number in the header (the language driver).

use encoding_rs::{Encoding, WINDOWS_1252};

use crate::{FormatError, Place};

/// The upper half of code page 437 and of 850, which DOS programs wrote. The encodings of the web have neither.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// How the bytes of texts are read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum CodePage {
    /// One of the encodings of the web, UTF-8 among them.
    Web(&'static Encoding),
    /// ASCII with another upper half of 128 letters.
    Dos(&'static str),
}

impl CodePage {
    pub(super) const UTF_8: Self = Self::Web(encoding_rs::UTF_8);
    pub(super) const ANSI: Self = Self::Web(WINDOWS_1252);

    /// Decodes a text. One that a writer cut off within its last letter loses that letter.
    pub(super) fn decode(self, bytes: &[u8]) -> Result<String, String> {
        match self {
            Self::Web(encoding) if encoding == encoding_rs::UTF_8 => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(text.to_owned()),
                Err(error) if error.error_len().is_none() => {
                    Ok(String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned())
                }
                Err(error) => Err(format!("the text is not UTF-8: {error}")),
            },
            Self::Web(encoding) => {
                let decoded = encoding.decode_without_bom_handling_and_without_replacement(bytes);
                decoded.map(Into::into).ok_or_else(|| format!("the text is not {}", encoding.name()))
            }
            Self::Dos(upper) => {
                let letter = |byte: &u8| match byte.checked_sub(128) {
                    Some(index) => upper.chars().nth(index.into()).unwrap_or('\u{fffd}'),
                    None => char::from(*byte),
                };
                Ok(bytes.iter().map(letter).collect())
            }
        }
    }
}

/// The code page a `.cpg` file names: `UTF-8`, `1252`, `ANSI 1252`, `ISO-8859-1`, `88591`, `850` …
pub(super) fn named(text: &str) -> Result<CodePage, FormatError> {
    let name = text.trim().trim_start_matches('\u{feff}').to_lowercase();
    let short = ["ansi ", "oem ", "cp", "ibm", "windows-"].iter().find_map(|prefix| name.strip_prefix(prefix));
    let by_number = match short.unwrap_or(&name).trim() {
        "65001" | "utf8" => Some(CodePage::UTF_8),
        "437" => Some(CodePage::Dos(CP437)),
        "850" | "858" => Some(CodePage::Dos(CP850)),
        // The upper controls of ISO 8859-1 mean the letters of Windows everywhere.
        "88591" | "8859-1" => Some(CodePage::ANSI),
        "885915" | "8859-15" => Some(CodePage::Web(encoding_rs::ISO_8859_15)),
        number => Encoding::for_label(format!("windows-{number}").as_bytes()).map(CodePage::Web),
    };
    by_number.or_else(|| Encoding::for_label(name.as_bytes()).map(CodePage::Web)).ok_or_else(|| {
        let reason = format!("the .cpg file names \"{}\", which is no known code page", text.trim());
        FormatError::Encoding { place: Place::Unknown, reason }
    })
}

/// The code page of a language driver; `None` of those that say nothing or are not known.
pub(super) fn of_driver(driver: u8) -> Option<CodePage> {
    match driver {
        0x01 | 0x09 | 0x0b | 0x0d | 0x0f | 0x11 | 0x15 | 0x18 | 0x19 | 0x1b => Some(CodePage::Dos(CP437)),
        0x02 | 0x0a | 0x0e | 0x10 | 0x12 | 0x14 | 0x16 | 0x1a | 0x1d | 0x25 | 0x37 => Some(CodePage::Dos(CP850)),
        0x03 | 0x57..=0x59 => Some(CodePage::ANSI),
        0xc8 => Some(CodePage::Web(encoding_rs::WINDOWS_1250)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{CP437, CP850, CodePage, named, of_driver};

    fn check(page: Option<CodePage>, bytes: &[u8], expected: Result<&str, &str>) {
        let decoded = page.unwrap().decode(bytes);
        match expected {
            Ok(text) => assert_eq!(decoded.unwrap(), text),
            Err(reason) => assert!(decoded.unwrap_err().contains(reason)),
        }
    }

    #[test]
    fn umlauts_are_read_whoever_wrote_them() {
        assert_eq!([CP437, CP850].map(|upper| upper.chars().count()), [128, 128]);
        let page = |name: &str| Some(named(name).unwrap());
        check(page("UTF-8"), "Grünstraße".as_bytes(), Ok("Grünstraße"));
        check(page("utf-8\r\n"), b"Gr\xfcn", Err("not UTF-8"));
        check(page("65001"), b"Gr\xc3", Ok("Gr"));
        for name in ["1252", "ANSI 1252", "CP1252", "windows-1252", "ISO-8859-1", "ISO 88591", "88591"] {
            check(named(name.strip_prefix("ISO ").unwrap_or(name)).ok(), b"Gr\xfcnstra\xdfe", Ok("Grünstraße"));
        }
        for page in [page("850"), page("IBM850"), of_driver(0x02), page("cp437"), of_driver(0x01)] {
            check(page, b"Gr\x81nstra\xe1e \x84\x94\x8e\x99\x9a", Ok("Grünstraße äöÄÖÜ"));
        }
        check(of_driver(0x57), b"\xc4", Ok("Ä"));
        assert_eq!(of_driver(0), None);
        assert!(named("Klingon").unwrap_err().to_string().contains("\"Klingon\""));
    }
}
