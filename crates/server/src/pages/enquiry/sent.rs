//! A form as it comes back.

use axum::http::{HeaderMap, header};
use cadastre::enquiry::Typed;
use jiff::Timestamp;

use super::{
    form::Problem,
    sheet::{Age, Sheet},
};
use crate::pages::error_page::ErrorKind;

/// Names of the fields: German words, as in every address of the pages.
pub(super) mod field {
    pub(in super::super) const MESSAGE: &str = "nachricht";
    pub(in super::super) const MAIL: &str = "mail";
    pub(in super::super) const PHONE: &str = "telefon";
    pub(in super::super) const NAME: &str = "name";
    /// Nobody sees it; programs that fill in everything fill it in.
    pub(in super::super) const TRAP: &str = "webseite";
    /// Number of the sheet.
    pub(in super::super) const SHEET: &str = "bogen";
}

/// What was sent.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    /// What people type.
    pub(super) typed: Typed,
    /// What only programs type.
    pub(super) trap: String,
    /// The sheet.
    pub(super) sheet: Sheet,
}

impl Sent {
    /// A sheet on which nothing is written yet.
    pub(super) fn blank(sheet: Sheet) -> Self {
        Self { typed: Typed::default(), trap: String::new(), sheet }
    }

    /// Reads a form (`application/x-www-form-urlencoded`); fields that it does not have are ignored, as keys of pages
    /// are. Without a sheet it is none of ours.
    pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, ErrorKind> {
        let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let media = media.split(';').next().unwrap_or_default().trim();
        if !media.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(ErrorKind::BadRequest);
        }
        let (mut typed, mut trap, mut sheet) = (Typed::default(), String::new(), None);
        for (name, value) in form_urlencoded::parse(body) {
            let value = value.into_owned();
            match &*name {
                field::MESSAGE => typed.message = value,
                field::MAIL => typed.mail = value,
                field::PHONE => typed.phone = value,
                field::NAME => typed.name = value,
                field::TRAP => trap = value,
                field::SHEET => sheet = Sheet::parse(&value),
                _ => {}
            }
        }
        Ok(Self { typed, trap, sheet: sheet.ok_or(ErrorKind::BadRequest)? })
    }

    /// What speaks against a person having filled it in just now.
    pub(super) fn problems(&self, now: Timestamp) -> impl Iterator<Item = Problem> + use<> {
        let trap = (!self.trap.is_empty()).then_some(Problem::Trap);
        let age = match self.sheet.age(now) {
            Age::Fits => None,
            Age::TooQuick => Some(Problem::TooQuick),
            Age::Expired => Some(Problem::Expired),
        };
        trap.into_iter().chain(age)
    }
}

/// Whether a form comes from a page of this server, as browsers tell it unasked (Fetch Metadata; RFC 6454, 7).
///
/// What tells neither is no browser of today, and can be made to send nothing in somebody's name.
pub(super) fn is_from_own_page(headers: &HeaderMap, base_url: &str) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    if let Some(site) = text("sec-fetch-site") {
        // "none": the person reloaded the page or typed its address.
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text("origin") else { return true };
    let authority =
        |url: &str| url.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or_default().to_owned());
    let Some(from) = authority(origin) else { return false };
    // Behind a proxy the server is known by either name.
    authority(base_url).is_some_and(|own| own.eq_ignore_ascii_case(&from))
        || text("host").is_some_and(|host| host.eq_ignore_ascii_case(&from))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    use super::{Sent, is_from_own_page};

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        pairs.collect()
    }

    fn check(pairs: &[(&'static str, &'static str)], expected: bool) {
        assert_eq!(is_from_own_page(&headers(pairs), "https://leerstand.example"), expected, "{pairs:?}");
    }

    #[test]
    fn a_form_of_another_site_is_refused() {
        check(&[("sec-fetch-site", "same-origin")], true);
        check(&[("sec-fetch-site", "none")], true);
        check(&[("sec-fetch-site", "same-site")], false);
        check(&[("sec-fetch-site", "cross-site"), ("origin", "https://leerstand.example")], false);
        check(&[("origin", "https://leerstand.example")], true);
        check(&[("origin", "https://leerstand.example.evil.example")], false);
        check(&[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")], true);
        check(&[("origin", "http://127.0.0.1:9999"), ("host", "127.0.0.1:8080")], false);
        check(&[("origin", "null"), ("host", "127.0.0.1:8080")], false);
        check(&[("host", "127.0.0.1:8080")], true);
    }

    fn check_read(media: &'static str, body: &str, expected: Option<(&str, &str)>) {
        let sent = Sent::read(&headers(&[("content-type", media)]), body.as_bytes()).ok();
        let found = sent.as_ref().map(|sent| (sent.typed.message.as_str(), sent.typed.mail.as_str()));
        assert_eq!(found, expected, "{body}");
    }

    #[test]
    fn a_form_is_read_with_its_sheet_only() {
        const FORM: &str = "application/x-www-form-urlencoded";
        const SHEET: &str = "bogen=1764000000-0123456789abcdef0123456789abcdef";
        check_read(
            FORM,
            &format!("nachricht=Gr%C3%BC%C3%9Fe+%26&mail=a%40b.example&x=y&{SHEET}"),
            Some(("Grüße &", "a@b.example")),
        );
        check_read("application/x-www-form-urlencoded; charset=UTF-8", SHEET, Some(("", "")));
        check_read(FORM, "nachricht=Hallo", None);
        check_read(FORM, "nachricht=Hallo&bogen=7", None);
        check_read("text/plain", SHEET, None);
    }
}
