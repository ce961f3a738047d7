//! The page that gives the code with which other sites embed a list page.

use askama::Template;
use axum::http::StatusCode;
use cadastre::{Ags, texts::Language};

use super::{
    address::{Measures, Snippet},
    allowed_origins,
};
use crate::{
    app::App,
    pages::{
        answer::{Asked, Document, PageResult, fresh},
        error_page::ErrorKind,
        face::Face,
        frame::{Crumb, Frame, Request, fill, in_words},
        list::{ProblemLine, Scope, heading, problem_line},
        params::{ListQuery, Look, Parts, RawParams, Theme, key, parse_embedded},
        read, towns,
    },
    params::whole_number,
};

/// Widths and heights that make sense, in CSS pixels.
const WIDTHS: std::ops::RangeInclusive<u64> = 240..=2_000;
const HEIGHTS: std::ops::RangeInclusive<u64> = 300..=2_000;

/// Size of the frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Size {
    Small,
    #[default]
    Medium,
    Large,
    /// As the fields say.
    Own,
}

impl Size {
    const ALL: [Self; 4] = [Self::Small, Self::Medium, Self::Large, Self::Own];

    fn code(self) -> &'static str {
        match self {
            Self::Small => "klein",
            Self::Medium => "mittel",
            Self::Large => "gross",
            Self::Own => "eigene",
        }
    }

    fn text_key(self) -> &'static str {
        match self {
            Self::Small => "ui.snippet.size.klein",
            Self::Medium => "ui.snippet.size.mittel",
            Self::Large => "ui.snippet.size.gross",
            Self::Own => "ui.snippet.size.eigene",
        }
    }

    /// Its measures; none for what the fields say.
    fn measures(self) -> Option<Measures> {
        match self {
            Self::Small => Some(Measures { width: 400, height: 560 }),
            Self::Medium => Some(Self::MEDIUM),
            Self::Large => Some(Measures { width: 1_000, height: 760 }),
            Self::Own => None,
        }
    }

    const MEDIUM: Measures = Measures { width: 640, height: 640 };
}

/// The usual size.
pub(super) const USUAL: Measures = Size::MEDIUM;

/// A choice of the form.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    /// Value in the address.
    pub(crate) value: &'static str,
    /// Name on the screen.
    pub(crate) label: String,
    /// Whether it is chosen.
    pub(crate) is_chosen: bool,
}

/// A field of the form for a number of pixels.
#[derive(Clone, Debug)]
pub(crate) struct PixelField {
    /// Key in the address, and id.
    pub(crate) name: &'static str,
    /// Name on the screen.
    pub(crate) label: &'static str,
    /// What was typed.
    pub(crate) value: String,
    /// Whether that makes no sense.
    pub(crate) is_refused: bool,
}

/// A field of the form with one of several choices.
#[derive(Clone, Debug)]
pub(crate) struct ChoiceField {
    /// Key in the address; its id has a prefix.
    pub(crate) name: &'static str,
    /// Name on the screen.
    pub(crate) label: &'static str,
    /// Choices.
    pub(crate) choices: Vec<Choice>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "snippet.html")]
pub(crate) struct SnippetPage {
    /// Frame.
    pub(crate) frame: Frame,
    /// First heading.
    pub(crate) heading: &'static str,
    /// Address that the form is sent to.
    pub(crate) action: String,
    /// What goes with it: the filters of the list.
    pub(crate) kept: Vec<(&'static str, String)>,
    /// Sizes.
    pub(crate) sizes: Vec<Choice>,
    /// Width and height.
    pub(crate) pixels: [PixelField; 2],
    /// Parts, colours, language.
    pub(crate) fields: [ChoiceField; 3],
    /// What of the query makes no sense.
    pub(crate) problems: Vec<ProblemLine>,
    /// What is embedded.
    pub(crate) snippet: Snippet,
    /// The same on this server, under whatever name it was reached.
    pub(crate) preview: String,
    /// Code with the script.
    pub(crate) script_code: String,
    /// Code without it.
    pub(crate) frame_code: String,
    /// On which sites it will be seen, in a sentence.
    pub(crate) origins: String,
}

/// The page about embedding a list page; its query is that of the list page and how it is to look elsewhere.
pub(crate) fn document(app: &App, asked: &Asked, ags: Option<Ags>) -> PageResult {
    let snapshot = fresh(app)?;
    let towns = read::towns(&snapshot, ags, &[]);
    let scope = Scope::of(ags, &towns).ok_or(ErrorKind::NotFound)?;
    let page =
        SnippetPage::new(asked.request.clone(), scope, &allowed_origins(&towns), &asked.raw).map_err(|error| {
            tracing::error!(%error, "a snippet could not be written");
            ErrorKind::Internal
        })?;
    let status = if page.problems.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    Document::page(status, &page)
}

impl SnippetPage {
    pub(crate) fn new(
        request: Request,
        scope: Scope<'_>,
        origins: &[&str],
        raw: &RawParams,
    ) -> Result<Self, askama::Error> {
        let (mut query, problems) = parse_embedded(raw);
        query.page = 1;
        let mut problems: Vec<ProblemLine> = problems.iter().map(|problem| problem_line(&request, problem)).collect();
        let asked = |key: &str| raw.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.trim());
        let size = asked(key::SIZE).and_then(|code| Size::ALL.into_iter().find(|size| size.code() == code));
        let size = size.unwrap_or_default();
        let measures = size.measures().unwrap_or(USUAL);
        let pixels = [
            (key::WIDTH, "ui.snippet.width", WIDTHS, measures.width),
            (key::HEIGHT, "ui.snippet.height", HEIGHTS, measures.height),
        ]
        .map(|(name, label, range, usual)| {
            let typed = asked(name).filter(|typed| size == Size::Own && !typed.is_empty());
            let read = typed.map(|typed| whole_number(typed, range.clone()));
            let is_refused = matches!(read, Some(Err(_)));
            if let (Some(typed), true) = (typed, is_refused) {
                let bounds =
                    [("given", typed), ("least", &range.start().to_string()), ("most", &range.end().to_string())];
                let reason = fill(request.text("ui.problem.pixels"), &bounds);
                problems.push(ProblemLine { field: Some(name), label: request.text(label), reason });
            }
            let number = read.and_then(Result::ok).unwrap_or(usual);
            let value = typed.filter(|_| is_refused).map_or_else(|| number.to_string(), str::to_owned);
            (number, PixelField { name, label: request.text(label), value, is_refused })
        });
        let [(width, width_field), (height, height_field)] = pixels;
        let language = asked(key::SNIPPET_LANGUAGE).and_then(Language::from_code);
        let snippet = Snippet::new(&request, scope, &query, language, Measures { width, height });
        let heading_text = request.text("ui.snippet.heading");
        let town = match scope {
            Scope::All => None,
            Scope::One(town) => Some(town.municipality),
        };
        let mut frame = Frame::new(request.clone(), heading_text.to_owned(), heading_text.to_owned());
        frame.is_indexed = false;
        frame.face = town.map(Face::of);
        frame.crumbs = towns::crumbs(&request, town);
        if let Some(list) = frame.crumbs.last_mut() {
            *list = Crumb { name: heading(&request, scope).0, href: request.link(&scope.path(), &plain_pairs(&query)) };
        }
        frame.pairs = query.pairs();
        Ok(Self {
            heading: heading_text,
            action: request.path.clone(),
            kept: kept(&request, &query),
            sizes: Size::ALL.map(|one| size_choice(&request, one, size)).into(),
            pixels: [width_field, height_field],
            fields: fields(&request, &query, language),
            problems,
            preview: snippet.src.strip_prefix(&*request.base_url).unwrap_or(&snippet.src).to_owned(),
            script_code: snippet.script_code()?,
            frame_code: snippet.frame_code()?,
            snippet,
            origins: origins_in_words(&request, origins),
            frame,
        })
    }
}

fn size_choice(request: &Request, size: Size, chosen: Size) -> Choice {
    let name = request.text(size.text_key());
    let label = match size.measures() {
        Some(Measures { width, height }) => format!("{name} ({width} × {height})"),
        None => name.to_owned(),
    };
    Choice { value: size.code(), label, is_chosen: size == chosen }
}

/// The query of the list page alone.
fn plain_pairs(query: &ListQuery) -> Vec<(&'static str, String)> {
    ListQuery { look: Look::default(), ..query.clone() }.pairs()
}

fn kept(request: &Request, query: &ListQuery) -> Vec<(&'static str, String)> {
    let language = request.names_language.then(|| (key::LANGUAGE, request.language.code().to_owned()));
    plain_pairs(query).into_iter().chain(language).collect()
}

fn fields(request: &Request, query: &ListQuery, language: Option<Language>) -> [ChoiceField; 3] {
    let choice = |value, label: &str, is_chosen| Choice { value, label: label.to_owned(), is_chosen };
    let parts = Parts::ALL.map(|parts| {
        let label = match parts {
            Parts::Both => "ui.snippet.parts.beides",
            Parts::List => "ui.snippet.parts.liste",
            Parts::Map => "ui.snippet.parts.karte",
        };
        choice(parts.code(), request.text(label), parts == query.look.parts)
    });
    let themes = Theme::ALL.map(|theme| {
        let label = match theme {
            Theme::Light => "ui.snippet.theme.hell",
            Theme::Dark => "ui.snippet.theme.dunkel",
        };
        choice(theme.code(), request.text(label), Some(theme) == query.look.theme)
    });
    let languages = Language::ALL.map(|one| choice(one.code(), one.name(), Some(one) == language));
    let of_browser = |is_chosen| choice("", request.text("ui.snippet.of_browser"), is_chosen);
    let field = |name, label, choices| ChoiceField { name, label: request.text(label), choices };
    let with_browser =
        |is_chosen, choices: Vec<Choice>| std::iter::once(of_browser(is_chosen)).chain(choices).collect();
    [
        field(key::PARTS, "ui.snippet.parts", parts.into()),
        field(key::THEME, "ui.snippet.theme", with_browser(query.look.theme.is_none(), themes.into())),
        field(key::SNIPPET_LANGUAGE, "ui.snippet.language", with_browser(language.is_none(), languages.into())),
    ]
}

fn origins_in_words(request: &Request, origins: &[&str]) -> String {
    let names: Vec<String> = origins.iter().map(|origin| (*origin).to_owned()).collect();
    match names[..] {
        [] => request.text("ui.snippet.origins.none").to_owned(),
        _ => fill(request.text("ui.snippet.origins"), &[("origins", &in_words(&names, request.text("ui.and")))]),
    }
}
