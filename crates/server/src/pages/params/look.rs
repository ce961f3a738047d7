//! How a list page looks inside of another site's page.

use super::{ParamProblem, key};

/// Which parts are shown. Without scripts there is always the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Parts {
    /// List and map.
    #[default]
    Both,
    /// The list alone.
    List,
    /// The map alone.
    Map,
}

impl Parts {
    /// Every choice.
    pub(crate) const ALL: [Self; 3] = [Self::Both, Self::List, Self::Map];

    /// The word in the address.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Both => "beides",
            Self::List => "liste",
            Self::Map => "karte",
        }
    }
}

/// Colours, where they are not those that the visitor prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    /// Dark letters on light ground.
    Light,
    /// Light letters on dark ground.
    Dark,
}

impl Theme {
    /// Every choice.
    pub(crate) const ALL: [Self; 2] = [Self::Light, Self::Dark];

    /// The word in the address, and for the style sheet.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Light => "hell",
            Self::Dark => "dunkel",
        }
    }
}

/// How an embedded page looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Look {
    /// Which parts are shown.
    pub(crate) parts: Parts,
    /// Colours; `None`: those that the visitor prefers.
    pub(crate) theme: Option<Theme>,
}

impl Look {
    /// Takes what the query says of the look; returns what of it makes no sense.
    pub(super) fn read(&mut self, raw: &[(String, String)]) -> Vec<ParamProblem> {
        let mut problems = Vec::new();
        for (name, given) in raw.iter().filter(|(_, given)| !given.is_empty()) {
            let is_known = match name.as_str() {
                key::PARTS => of_code(&Parts::ALL, given, Parts::code).map(|parts| self.parts = parts),
                key::THEME => of_code(&Theme::ALL, given, Theme::code).map(|theme| self.theme = Some(theme)),
                _ => continue,
            };
            if is_known.is_none() {
                let key = if name == key::PARTS { key::PARTS } else { key::THEME };
                let given = given.chars().take(60).collect();
                problems.push(ParamProblem { key, given, reason: "ui.problem.unknown_choice" });
            }
        }
        problems
    }

    /// Whether there is a map.
    pub(crate) fn has_map(self) -> bool {
        self.parts != Parts::List
    }

    /// As it is written into links; what is as ever is left out.
    pub(crate) fn pairs(self) -> impl Iterator<Item = (&'static str, String)> {
        let parts = (self.parts != Parts::default()).then(|| (key::PARTS, self.parts.code().to_owned()));
        let theme = self.theme.map(|theme| (key::THEME, theme.code().to_owned()));
        parts.into_iter().chain(theme)
    }
}

fn of_code<T: Copy>(all: &[T], code: &str, code_of: impl Fn(T) -> &'static str) -> Option<T> {
    all.iter().copied().find(|one| code_of(*one) == code)
}
