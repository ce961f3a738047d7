//! Impressum, Datenschutz and Erklärung zur Barrierefreiheit: what the municipality says, and what the software says
//! of itself (§ 5 DDG, Art. 13 GDPR, § 7 BITV 2.0).

use askama::Template;
use cadastre::{record::Municipality, settings::Settings, texts::Language};
use spatial::Snapshot;

use super::{
    contact::Contact,
    enquiry,
    face::Face,
    frame::{Crumb, Frame, Request, fill},
    towns::{crumbs, town_path},
};

/// Which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Legal {
    /// Who answers for the pages.
    Imprint,
    /// What becomes of the visitor's data.
    Privacy,
    /// How well everybody can use them, and where to say that one cannot.
    Accessibility,
}

impl Legal {
    /// Every one, in the order of the footer.
    pub(crate) const ALL: [Self; 3] = [Self::Imprint, Self::Privacy, Self::Accessibility];

    /// Its word in the address.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Imprint => "impressum",
            Self::Privacy => "datenschutz",
            Self::Accessibility => "barrierefreiheit",
        }
    }

    /// Key of its name in the footer.
    pub(crate) fn name_key(self) -> &'static str {
        match self {
            Self::Imprint => "ui.legal.imprint",
            Self::Privacy => "ui.legal.privacy",
            Self::Accessibility => "ui.legal.accessibility",
        }
    }

    fn heading_key(self) -> &'static str {
        match self {
            Self::Accessibility => "ui.legal.accessibility.heading",
            other => other.name_key(),
        }
    }

    fn of(self, settings: &Settings) -> Option<&str> {
        let text = match self {
            Self::Imprint => &settings.imprint,
            Self::Privacy => &settings.privacy,
            Self::Accessibility => &settings.accessibility,
        };
        text.as_deref()
    }

    /// Headings and texts of what the software says of itself.
    fn own_keys(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Imprint => &[("ui.legal.software", "ui.legal.software.text")],
            Self::Privacy => &[
                ("ui.legal.privacy.third", "ui.legal.privacy.third.text"),
                ("ui.legal.privacy.browser", "ui.legal.privacy.browser.text"),
                ("ui.legal.privacy.server", "ui.legal.privacy.server.text"),
                ("ui.legal.privacy.position", "ui.legal.privacy.position.text"),
                ("ui.legal.privacy.write", "ui.legal.privacy.write.text"),
            ],
            Self::Accessibility => &[
                ("ui.legal.accessibility.state", "ui.legal.accessibility.state.text"),
                ("ui.legal.accessibility.map", "ui.legal.accessibility.map.text"),
                ("ui.legal.accessibility.limits", "ui.legal.accessibility.limits.text"),
            ],
        }
    }
}

/// Path of such a page, of one municipality or of the server.
pub(crate) fn path(legal: Legal, face: Option<&Face>) -> String {
    format!("{}/{}", face.map(Face::path).unwrap_or_default(), legal.word())
}

/// What the software says of itself about one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Section {
    /// Heading.
    pub(crate) heading: &'static str,
    /// Paragraphs.
    pub(crate) paragraphs: Vec<&'static str>,
}

/// What a municipality says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Own {
    /// Its text, in paragraphs of lines; none: it has set no text.
    pub(crate) paragraphs: Vec<Vec<String>>,
    /// What is said where there is none.
    pub(crate) missing: String,
    /// Its website.
    pub(crate) website: Option<String>,
    /// Its office.
    pub(crate) contact: Option<Contact>,
    /// The form that reaches it, unless it has one of its own.
    pub(crate) form: Option<String>,
    /// Address that opens a mail to it.
    pub(crate) ask: Option<String>,
}

/// Where one says what one cannot use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Report {
    /// Address that opens a prepared mail, where there is somebody to write to.
    pub(crate) mail: Option<String>,
    /// What is said where there is nobody.
    pub(crate) nobody: Option<String>,
}

/// Such a page.
#[derive(Debug, Template)]
#[template(path = "legal.html")]
pub(crate) struct LegalPage {
    /// Frame.
    pub(crate) frame: Frame,
    /// First heading.
    pub(crate) heading: &'static str,
    /// Name of the municipality, on the page of one.
    pub(crate) name: Option<String>,
    /// What it says.
    pub(crate) own: Option<Own>,
    /// The same page of each municipality, on that of a server for several.
    pub(crate) towns: Vec<Crumb>,
    /// What the software says of itself.
    pub(crate) sections: Vec<Section>,
    /// Where one reports a barrier, on the page on accessibility.
    pub(crate) report: Option<Report>,
}

impl LegalPage {
    /// The page of one municipality, or of the server; that of a server for one municipality is that municipality's.
    pub(crate) fn new(request: Request, snapshot: &Snapshot, legal: Legal, town: Option<&Municipality>) -> Self {
        let all = snapshot.municipalities();
        let only = if let [only] = all[..] { Some(only) } else { None };
        let of_page = town.or(only);
        let heading = request.text(legal.heading_key());
        let title = of_page.map_or_else(|| heading.to_owned(), |town| format!("{heading} – {}", town.name));
        let towns = match of_page {
            Some(_) => Vec::new(),
            None => all.iter().map(|town| link(&request, legal, town)).collect(),
        };
        let section = |(heading, text): &(&'static str, &'static str)| Section {
            heading: request.text(heading),
            paragraphs: request.text(text).split("\n\n").collect(),
        };
        let sections = legal.own_keys().iter().map(section).collect();
        let own = of_page.map(|town| own(&request, legal, town));
        let report = (legal == Legal::Accessibility).then(|| report(&request, of_page));
        let way = crumbs(&request, town);
        let mut frame = Frame::new(request, title.clone(), title);
        frame.crumbs = way;
        frame.face = of_page.map(Face::of);
        // What one municipality of one says stands at two addresses: the one that names it is listed.
        frame.is_indexed = town.is_some() || only.is_none();
        Self { heading, name: of_page.map(|town| town.name.clone()), own, towns, sections, report, frame }
    }

    /// Language of what the municipality says, where it is not that of the page: settings have one text, in German.
    pub(crate) fn own_language(&self) -> Option<&'static str> {
        (self.frame.request.language != Language::German).then_some(Language::German.tag())
    }
}

fn link(request: &Request, legal: Legal, town: &Municipality) -> Crumb {
    let href = request.link(&format!("{}/{}", town_path(town.ags), legal.word()), &[]);
    Crumb { name: town.name.clone(), href }
}

fn own(request: &Request, legal: Legal, town: &Municipality) -> Own {
    let contact = Contact::of(town);
    let form = enquiry::link(request, town, &town_path(town.ags));
    let paragraphs = legal.of(&town.settings).map(paragraphs).unwrap_or_default();
    let missing = fill(request.text("ui.legal.missing"), &[("name", &town.name)]);
    let with_mail = contact.as_ref().filter(|contact| contact.mail.is_some());
    Own {
        missing: match contact {
            Some(_) => missing,
            None => format!("{missing} {}", request.text("ui.legal.no_contact")),
        },
        ask: with_mail.map(|contact| contact.mail_href(request.text(legal.heading_key()), "")),
        form,
        paragraphs,
        website: town.settings.website.clone(),
        contact,
    }
}

/// The paragraphs of a text, each with its lines.
fn paragraphs(text: &str) -> Vec<Vec<String>> {
    let lines = |paragraph: &str| paragraph.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>();
    text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()).map(lines).collect()
}

fn report(request: &Request, town: Option<&Municipality>) -> Report {
    let Some(town) = town else {
        return Report { mail: None, nobody: Some(request.text("ui.legal.report.choose").to_owned()) };
    };
    let contact = Contact::of(town).filter(|contact| contact.mail.is_some());
    let name = [("name", town.name.as_str())];
    let subject = fill(request.text("ui.legal.report.subject"), &name);
    let page = format!("{}{}", request.base_url, town_path(town.ags));
    let body = fill(request.text("ui.legal.report.body"), &[("page", &page)]);
    Report {
        mail: contact.as_ref().map(|contact| contact.mail_href(&subject, &body)),
        nobody: contact.is_none().then(|| fill(request.text("ui.legal.report.nobody"), &name)),
    }
}

#[cfg(test)]
mod tests {
    use super::paragraphs;

    fn check(text: &str, expected: &[&[&str]]) {
        assert_eq!(paragraphs(text), expected.iter().map(|lines| lines.to_vec()).collect::<Vec<_>>(), "{text}");
    }

    #[test]
    fn an_empty_line_ends_a_paragraph() {
        check("", &[]);
        check("Stadt Leisnig\nMarkt 1\n\nVertreten durch …", &[&["Stadt Leisnig", "Markt 1"], &["Vertreten durch …"]]);
        check("\n\n\n\na\n\n\nb ", &[&["a"], &["b"]]);
    }
}
