//! What is written into other sites' pages: the address of the embedded page, and the frame around it.

use askama::Template;

use crate::pages::{
    frame::Request,
    list::{Scope, heading},
    params::{ListQuery, Look, href},
};
use cadastre::texts::Language;

/// Width and height of a frame in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Measures {
    /// Width.
    pub(crate) width: u64,
    /// Height.
    pub(crate) height: u64,
}

/// What a list page is embedded with. Addresses are absolute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Snippet {
    /// Address of the embedded page.
    pub(crate) src: String,
    /// Address of the page itself.
    pub(crate) page: String,
    /// Title of both.
    pub(crate) title: String,
    /// Address of the script that makes a frame as high as its content.
    pub(crate) script: String,
    /// Size of a frame without that script.
    pub(crate) measures: Measures,
}

/// A frame with a link below it.
#[derive(Debug, Template)]
#[template(path = "embed/frame.html")]
struct FrameCode<'a> {
    snippet: &'a Snippet,
}

/// An element that becomes a frame, for pages that run the script.
#[derive(Debug, Template)]
#[template(path = "embed/script.html")]
struct ScriptCode<'a> {
    snippet: &'a Snippet,
}

impl Snippet {
    /// The snippet of a list page. A language that is not named is that of each visitor's browser.
    pub(crate) fn new(
        request: &Request,
        scope: Scope<'_>,
        query: &ListQuery,
        language: Option<Language>,
        measures: Measures,
    ) -> Self {
        let plain = ListQuery { look: Look::default(), page: 1, ..query.clone() };
        let embedded = ListQuery { look: query.look, ..plain.clone() };
        let absolute =
            |path: &str, query: &ListQuery| format!("{}{}", request.base_url, href(path, &query.pairs(), language));
        Self {
            src: absolute(&embed_path(scope), &embedded),
            page: absolute(&scope.path(), &plain),
            title: heading(request, scope).0,
            script: format!("{}/embed.js", request.base_url),
            measures,
        }
    }

    /// HTML of a frame of this size with a link below it; needs no script.
    pub(crate) fn frame_code(&self) -> Result<String, askama::Error> {
        FrameCode { snippet: self }.render()
    }

    /// HTML of a frame that is as high as its content; without scripts it is a link.
    pub(crate) fn script_code(&self) -> Result<String, askama::Error> {
        ScriptCode { snippet: self }.render()
    }
}

/// Path of the embedded page.
pub(crate) fn embed_path(scope: Scope<'_>) -> String {
    match scope {
        Scope::All => "/embed".to_owned(),
        Scope::One(town) => format!("/embed/{}", town.municipality.ags),
    }
}
