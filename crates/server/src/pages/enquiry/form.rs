//! The form.

use std::time::Duration;

use askama::Template;
use cadastre::{
    codes::EnquiryTopic,
    enquiry::{Fault, Field, MONTHS_FROM_CLOSING, MONTHS_FROM_RECEIPT, Refusal},
    record::Municipality,
};

use super::{
    sent::{Sent, field},
    subject::Subject,
};
use crate::limits::TooMany;
use crate::pages::{
    contact::Contact,
    face::Face,
    frame::{Crumb, Frame, Request, counted, fill},
    towns::crumbs,
};

/// Why a form was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// A field.
    Field(Refusal),
    /// The field is filled in that nobody sees.
    Trap,
    /// It was sent the moment it was opened.
    TooQuick,
    /// It was opened more than a day ago.
    Expired,
    /// The store is out of reach.
    Unavailable,
    /// So many came from there, or in all, that this one must wait.
    TooMany(TooMany),
}

impl Problem {
    /// Name of the field that is to be changed.
    fn field(self) -> Option<&'static str> {
        match self {
            Self::Field(Refusal { field, .. }) => Some(name_of(field)),
            Self::Trap => Some(field::TRAP),
            Self::TooQuick | Self::Expired | Self::Unavailable | Self::TooMany(_) => None,
        }
    }

    /// Time until it may be sent again.
    pub(super) fn wait(self) -> Option<Duration> {
        if let Self::TooMany(TooMany { wait, .. }) = self { Some(wait) } else { None }
    }

    /// Whether the form is at fault, and the municipality is better reached another way.
    fn is_no_way(self) -> bool {
        matches!(self, Self::Unavailable | Self::TooMany(_))
    }

    fn text(self, request: &Request) -> String {
        let key = match self {
            Self::Field(Refusal { fault, .. }) => match fault {
                Fault::Empty => "ui.enquiry.problem.empty",
                Fault::NoWayToAnswer => "ui.enquiry.problem.no_way",
                Fault::NoMail => "ui.enquiry.problem.no_mail",
                Fault::NoPhone => "ui.enquiry.problem.no_phone",
                Fault::NoText => "ui.enquiry.problem.no_text",
                Fault::TooLong(most) => {
                    return fill(request.text("ui.enquiry.problem.too_long"), &[("most", &most.to_string())]);
                }
            },
            Self::Trap => "ui.enquiry.problem.trap",
            Self::TooQuick => "ui.enquiry.problem.quick",
            Self::Expired => "ui.enquiry.problem.expired",
            Self::Unavailable => "ui.enquiry.problem.unavailable",
            Self::TooMany(TooMany { wait, is_of_all }) => {
                let minutes = wait.as_secs().div_ceil(60).max(1) as usize;
                let (one, other) = ("ui.enquiry.problem.wait.one", "ui.enquiry.problem.wait.other");
                let why = if is_of_all { "ui.enquiry.problem.many_in_all" } else { "ui.enquiry.problem.many" };
                return format!("{} {}", request.text(why), counted(minutes, one, other, request.language));
            }
        };
        request.text(key).to_owned()
    }
}

fn name_of(field: Field) -> &'static str {
    match field {
        Field::Message => field::MESSAGE,
        Field::Mail => field::MAIL,
        Field::Phone => field::PHONE,
        Field::Name => field::NAME,
    }
}

/// A line of the summary of what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ProblemLine {
    /// Name of the field, which is its id.
    pub(super) field: Option<&'static str>,
    /// What is wrong.
    pub(super) text: String,
}

/// A field with what was typed into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Input {
    /// Name and id.
    pub(super) name: &'static str,
    /// What it is for.
    pub(super) label: &'static str,
    /// `type` of the input.
    pub(super) kind: &'static str,
    /// What a browser may fill in by itself (WCAG 2.2, 1.3.5).
    pub(super) autocomplete: &'static str,
    /// Value.
    pub(super) value: String,
    /// What is wrong with it.
    pub(super) problem: Option<String>,
}

/// What happens with what is typed (Art. 13 GDPR).
#[derive(Clone, Debug)]
pub(super) struct Privacy {
    /// In a few sentences.
    pub(super) paragraphs: Vec<String>,
    /// Heading of the municipality's own words.
    pub(super) heading: String,
    /// The municipality's own words, none if it has set none.
    pub(super) own: Vec<String>,
}

/// The page with the form.
#[derive(Debug, Template)]
#[template(path = "enquiry.html")]
pub(super) struct FormPage {
    pub(super) frame: Frame,
    pub(super) heading: String,
    pub(super) lead: Option<String>,
    /// Title and address of the listing that is asked about.
    pub(super) about: Option<Crumb>,
    pub(super) problems: Vec<ProblemLine>,
    /// Who is reached another way while the form is no way.
    pub(super) contact: Option<Contact>,
    /// The address that opens a mail to them, with what was typed.
    pub(super) ask: Option<String>,
    /// No link to the form from itself.
    pub(super) no_form: Option<String>,
    /// Where the form is sent to.
    pub(super) action: String,
    pub(super) sheet: String,
    pub(super) message: Input,
    /// Mail address and phone number.
    pub(super) ways: [Input; 2],
    pub(super) name: Input,
    pub(super) trap: Input,
    pub(super) privacy: Option<Privacy>,
}

impl FormPage {
    /// The form with what was typed and what is wrong with it. `subject` is `None` while it cannot be known whether
    /// what is asked about may still be shown.
    pub(super) fn new(request: Request, subject: Option<&Subject<'_>>, sent: Sent, problems: &[Problem]) -> Self {
        let municipality = subject.map(|subject| subject.municipality);
        let heading = match municipality {
            Some(town) => fill(request.text("ui.enquiry.heading"), &[("name", &town.name)]),
            None => request.text("ui.enquiry.heading.plain").to_owned(),
        };
        let input = |name: &'static str, label, kind, autocomplete, value: String| {
            let problem = problems.iter().find(|problem| problem.field() == Some(name));
            let problem = problem.map(|problem| problem.text(&request));
            Input { name, label: request.text(label), kind, autocomplete, value, problem }
        };
        let contact = municipality.filter(|_| problems.iter().any(|problem| problem.is_no_way())).and_then(Contact::of);
        let title = subject.map(|subject| subject.topic.title.as_str()).unwrap_or_default();
        let ask = contact.as_ref().filter(|contact| contact.mail.is_some());
        let ask = ask.map(|contact| contact.mail_href(title, &sent.typed.message));
        let Sent { typed, trap, sheet } = sent;
        let message = input(field::MESSAGE, "ui.enquiry.message", "", "off", typed.message);
        let mail = input(field::MAIL, "ui.enquiry.mail", "email", "email", typed.mail);
        let phone = input(field::PHONE, "ui.enquiry.phone", "tel", "tel", typed.phone);
        let name = input(field::NAME, "ui.enquiry.name", "text", "name", typed.name);
        let trap = input(field::TRAP, "ui.enquiry.trap", "text", "off", trap);
        let lines = problems.iter().map(|problem| ProblemLine { field: problem.field(), text: problem.text(&request) });
        let problems = lines.collect();
        let about = subject.filter(|subject| subject.topic.kind != EnquiryTopic::Municipality);
        let about =
            about.map(|subject| Crumb { name: subject.topic.title.clone(), href: request.link(&subject.path, &[]) });
        let action = request.link(&request.path, &[]);
        let mut frame = Frame::new(request, heading.clone(), heading.clone());
        frame.is_indexed = false;
        frame.face = municipality.map(Face::of);
        frame.crumbs = municipality.map(|town| crumbs(&frame.request, Some(town))).unwrap_or_default();
        frame.crumbs.extend(about.clone());
        frame.examples =
            municipality.filter(|town| town.settings.example_data).map(|town| town.name.clone()).into_iter().collect();
        let request = &frame.request;
        Self {
            lead: municipality.map(|town| fill(request.text("ui.enquiry.lead"), &[("name", &town.name)])),
            privacy: municipality.map(|town| privacy(request, town)),
            heading,
            about,
            problems,
            contact,
            ask,
            no_form: None,
            action,
            sheet: sheet.to_string(),
            message,
            ways: [mail, phone],
            name,
            trap,
            frame,
        }
    }
}

fn privacy(request: &Request, town: &Municipality) -> Privacy {
    let who = Contact::named(town).in_one_line();
    let (closing, receipt) = (MONTHS_FROM_CLOSING.to_string(), MONTHS_FROM_RECEIPT.to_string());
    let values = [("who", who.as_str()), ("closing", closing.as_str()), ("receipt", receipt.as_str())];
    let keys = ["ui.enquiry.privacy.who", "ui.enquiry.privacy.how_long", "ui.enquiry.privacy.rights"];
    let own = town.settings.privacy.as_deref().unwrap_or_default().split("\n\n").map(str::trim);
    Privacy {
        paragraphs: keys.iter().map(|key| fill(request.text(key), &values)).collect(),
        heading: fill(request.text("ui.enquiry.privacy.own"), &[("name", &town.name)]),
        own: own.filter(|paragraph| !paragraph.is_empty()).map(str::to_owned).collect(),
    }
}
