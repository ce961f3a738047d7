//! The exposé as a document: A4, tagged, so that it is read aloud as it is read by eye.

use super::{
    super::{DetailPage, Explained, qr::Qr, steps::Step},
    look::{Look, sentences},
};
use crate::pages::{
    contact::Contact,
    facts::Fact,
    format,
    frame::fill,
    paper::{
        About, Chapter, Column, Flow, Ink, Letters, PAGE_HEIGHT, PAGE_WIDTH, PaperError, Style, Twig, Weight,
        colours::{ACCENT, BUILDING, BUILDING_EDGE, GROUND, INK, INK_SOFT, LINE, LINK, PARCEL, ROAD, WATER, WOOD},
        picture, rectangle,
    },
    plan::{Plan, circle},
    towns::Town,
};
use cadastre::{Day, colour::Colour, texts::folded};
use krilla::{
    geom::{PathBuilder, Rect},
    tagging::{BBox, ListNumbering, TableHeaderScope, Tag},
};

pub(super) const MARGIN: f32 = 48.0;
pub(super) const WHOLE: Column = Column { x: MARGIN, width: PAGE_WIDTH - 2.0 * MARGIN };
pub(super) const GAP: f32 = 14.0;
/// From a fact to the line above the next.
pub(super) const BETWEEN_FACTS: f32 = 9.0;
/// Side of the code with the address.
const QR_SIDE: f32 = 84.0;

/// A document and the name under which it is kept.
#[derive(Debug)]
pub(crate) struct ExposePdf {
    /// "expose-lindenstrasse-12.pdf"
    pub(crate) file_name: String,
    /// PDF.
    pub(crate) bytes: Vec<u8>,
}

impl ExposePdf {
    /// Puts a page on paper; `photo` is the file of its first picture ([`super::for_paper`]).
    pub(crate) fn new(
        page: &DetailPage,
        town: &Town<'_>,
        day: Day,
        photo: Option<Vec<u8>>,
    ) -> Result<Self, PaperError> {
        let request = &page.frame.request;
        let title = folded(&page.listing.title);
        let words: Vec<&str> = title.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
        let file_name: String = words.join("-").chars().take(60).collect();
        let address = format!("{}{}", request.base_url, request.link(&page.listing.path(), &[]));
        let about = About {
            title: fill(page.frame.t("ui.expose.title"), &[("title", &page.listing.title)]),
            description: page.frame.description.clone(),
            language: page.frame.lang(),
            author: town.municipality.name.clone(),
            day,
        };
        let mut sheet = Sheet::new(page, address)?;
        sheet.head(&town.municipality.name, &format::day(day, request.language));
        if let Some(photo) = photo {
            sheet.photo(picture(photo)?);
        }
        sheet.plan();
        sheet.facts();
        sheet.explained(page.frame.t("ui.explain.heading"), page.law.as_slice());
        sheet.explained(page.frame.t("ui.explain.hints"), &page.hints);
        sheet.steps();
        sheet.contact();
        sheet.notice();
        sheet.feet();
        let bytes = sheet.flow.write(about, sheet.chapters, sheet.tree)?;
        Ok(Self { file_name: format!("expose-{}.pdf", file_name.trim_matches('-')), bytes })
    }
}

/// The document in the making.
pub(super) struct Sheet<'a> {
    pub(super) page: &'a DetailPage,
    /// Absolute address of the page.
    address: String,
    pub(super) look: Look,
    accent: Colour,
    pub(super) flow: Flow,
    pub(super) tree: Vec<Twig>,
    /// So many of the first facts stand beside the picture.
    pub(super) facts_beside: usize,
    chapters: Vec<Chapter>,
}

impl<'a> Sheet<'a> {
    fn new(page: &'a DetailPage, address: String) -> Result<Self, PaperError> {
        let accent = page.frame.face.as_ref().and_then(|face| face.colour).unwrap_or(ACCENT);
        let look = Look::of(page.frame.request.language);
        let flow = Flow::new(Letters::get()?);
        Ok(Self { page, address, look, accent, flow, tree: Vec::new(), facts_beside: 0, chapters: Vec::new() })
    }

    pub(super) fn t(&self, key: &'static str) -> &'static str {
        self.page.frame.t(key)
    }

    /// Town, day, name and place.
    fn head(&mut self, municipality: &str, day: &str) {
        let band = Rect::from_xywh(0.0, 0.0, PAGE_WIDTH, 12.0).and_then(rectangle);
        let band = band.map(|path| Ink::Shape { path, fill: Some((self.accent, 1.0)), line: None });
        self.flow.draw(None, band.into_iter().collect());
        let listing = &self.page.listing;
        let number = listing.revision.to_string();
        let state =
            [fill(self.t("ui.expose.day"), &[("day", day)]), fill(self.t("ui.expose.revision"), &[("n", &number)])];
        let name = Style { colour: self.accent.readable_on(&[Colour::WHITE]), ..self.look.subheading };
        let top = self.flow.y();
        let town = self.flow.text(name, WHOLE, municipality);
        let below = self.flow.y();
        self.flow.move_to(top);
        let dated = self.flow.leaf();
        let ink = self.flow.right(Style { leading: name.leading, ..self.look.small }, WHOLE, &state.join(" · "));
        self.flow.draw(Some(dated), vec![ink]);
        self.flow.move_to(below);
        self.tree.extend([Twig::of(Tag::P, [town]), Twig::of(Tag::P, [dated])]);
        self.flow.space(14.0);

        let badge = 30.0;
        let (x, y) = (MARGIN + badge / 2.0, self.flow.y() + badge / 2.0);
        let letter = Style { weight: Weight::Bold, size: 15.0, leading: 0.0, colour: Colour::WHITE };
        let half = self.flow.width(letter, self.page.letter) / 2.0;
        let letter = self.flow.at(letter, x - half, y + 5.0, self.page.letter);
        let disc = circle(x, y, badge / 2.0);
        let disc = disc.map(|path| Ink::Shape { path, fill: Some((listing.group.colour(), 1.0)), line: None });
        self.flow.draw(None, disc.into_iter().chain([letter]).collect());
        let column = Column { x: MARGIN + badge + 12.0, width: WHOLE.width - badge - 12.0 };
        let title = Style { weight: Weight::Bold, size: 21.0, leading: 25.0, colour: INK };
        self.chapter(&listing.title);
        let title = self.flow.text(title, column, &listing.title);
        let place = listing.place();
        let example = listing.is_example.then(|| self.t("ui.example"));
        let parts = [(!place.is_empty()).then_some(place.as_str()), Some(self.page.basis), example];
        let place = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
        let place = self.flow.text(Style { colour: INK_SOFT, ..self.look.text }, column, &place);
        self.tree.extend([Twig::heading(1, &listing.title, title), Twig::of(Tag::P, [place])]);
        self.flow.space(12.0);
    }

    /// The plan with where it is from, and its legend.
    fn plan(&mut self) {
        let Some(plan) = &self.page.plan else { return };
        let height = Plan::height_at(WHOLE.width);
        self.flow.need(height + 30.0);
        let Some(place) = Rect::from_xywh(MARGIN, self.flow.y(), WHOLE.width, height) else { return };
        let drawing = self.flow.leaf();
        let inks = plan.inks(&self.flow, place);
        self.flow.draw(Some(drawing), inks);
        let page = self.flow.pages() - 1;
        self.flow.move_to(place.bottom() + 5.0);
        let legend = self.legend(plan);
        let note = self.page.plan_note.clone().into_iter().chain(self.page.frame.credits.iter().cloned());
        let note = self.flow.text(self.look.small, WHOLE, &note.collect::<Vec<_>>().join(" "));
        let figure = Tag::Figure(Some(plan.in_words(&self.page.frame.request)));
        let figure = figure.with_bbox(Some(BBox::new(page, place)));
        self.tree.push(Twig::Branch(figure.into(), vec![Twig::Leaf(drawing), Twig::of(Tag::Caption, [note])]));
        self.tree.push(legend);
        self.flow.space(8.0);
    }

    fn legend(&mut self, plan: &Plan) -> Twig {
        let (own, listing) = (self.page.listing.group.colour(), &self.page.listing);
        let mut keys = vec![(listing.kind.clone(), Colour::WHITE.mixed(own, 0.22), own, 1.5)];
        keys.extend(plan.grounds().into_iter().map(|(text, class)| {
            let (inside, edge) = match class {
                "key-building" => (BUILDING, BUILDING_EDGE),
                "key-road" => (ROAD, PARCEL),
                "key-water" => (WATER, PARCEL),
                "key-wood" => (WOOD, PARCEL),
                _ => (Colour::WHITE, PARCEL),
            };
            (self.t(text).to_owned(), inside, edge, 0.75)
        }));
        let style = Style { colour: INK, ..self.look.small };
        let (swatch, apart) = (14.0, 14.0);
        let (mut x, mut entries) = (MARGIN, Vec::new());
        for (name, inside, edge, line) in keys {
            let wide = swatch + 5.0 + self.flow.width(style, &name);
            if x > MARGIN && x + wide > MARGIN + WHOLE.width {
                x = MARGIN;
                self.flow.move_to(self.flow.y() + style.leading);
            }
            let y = self.flow.y();
            let path = Rect::from_xywh(x, y + style.leading / 2.0 - 4.5, swatch, 9.0).and_then(rectangle);
            let key = path.map(|path| Ink::Shape { path, fill: Some((inside, 1.0)), line: Some((edge, line)) });
            self.flow.draw(None, key.into_iter().collect());
            let column = Column { x: x + swatch + 5.0, width: wide };
            let entry = self.flow.text(style, column, &name);
            self.flow.move_to(y);
            entries.push(Twig::Branch(Tag::LI.into(), vec![Twig::of(Tag::LBody, [entry])]));
            x += wide + apart;
        }
        self.flow.move_to(self.flow.y() + style.leading + 2.0);
        Twig::Branch(Tag::L(ListNumbering::None).into(), entries)
    }

    /// Name and value of each fact that does not stand beside the picture, side by side in rows; then on what basis it is
    /// published.
    fn facts(&mut self) {
        let facts = self.page.facts.get(self.facts_beside..).unwrap_or_default();
        let columns = f32::from(self.look.fact_columns);
        let width = (WHOLE.width - (columns - 1.0) * GAP) / columns;
        let mut rows = Vec::new();
        for facts in facts.chunks(usize::from(self.look.fact_columns)) {
            let cells = facts.iter().zip(0_u8..);
            let cells: Vec<(&Fact, Column)> =
                cells.map(|(fact, at)| (fact, Column { x: MARGIN + f32::from(at) * (width + GAP), width })).collect();
            let height = cells.iter().map(|(fact, column)| self.fact_height(fact, *column)).fold(0.0, f32::max);
            self.flow.need(height + BETWEEN_FACTS);
            let top = self.flow.y();
            for (fact, column) in cells {
                self.flow.move_to(top);
                rows.push(self.fact(fact, column));
            }
            self.flow.move_to(top + height + BETWEEN_FACTS);
        }
        self.table(rows);
        self.flow.space(2.0);
        self.paragraph(self.page.basis_note);
        if let Some(contact) = &self.page.site_contact {
            self.paragraph(&format!("{} {contact}", self.t("ui.contact.offer")));
        }
    }

    /// Name and value of a fact below a line; a row of a table.
    pub(super) fn fact(&mut self, fact: &Fact, column: Column) -> Twig {
        self.rule(column);
        self.flow.move_to(self.flow.y() + 3.0);
        let name = self.flow.text(self.look.label, column, fact.label);
        let value = self.flow.text(self.look.value, column, &fact.value);
        let note = fact.note.as_ref().map(|note| self.flow.text(self.look.small, column, note));
        let name = Twig::of(Tag::TH(TableHeaderScope::Row), [name]);
        let value = Twig::of(Tag::TD, std::iter::once(value).chain(note));
        Twig::Branch(Tag::TR.into(), vec![name, value])
    }

    pub(super) fn table(&mut self, rows: Vec<Twig>) {
        if !rows.is_empty() {
            self.tree.push(Twig::Branch(Tag::Table.into(), rows));
        }
    }

    pub(super) fn fact_height(&self, fact: &Fact, column: Column) -> f32 {
        let of = |style: Style, text: &str| self.flow.height(style, column, text);
        let note = fact.note.as_ref().map_or(0.0, |note| of(self.look.small, note));
        of(self.look.label, fact.label) + of(self.look.value, &fact.value) + note
    }

    fn rule(&mut self, column: Column) {
        let mut builder = PathBuilder::new();
        builder.move_to(column.x, self.flow.y());
        builder.line_to(column.x + column.width, self.flow.y());
        let line = builder.finish().map(|path| Ink::Shape { path, fill: None, line: Some((LINE, 0.75)) });
        self.flow.draw(None, line.into_iter().collect());
    }

    /// What a code means, under one heading.
    fn explained(&mut self, heading: &str, explained: &[Explained]) {
        for (index, Explained { label, text }) in explained.iter().enumerate() {
            let height = self.flow.height(self.look.subheading, WHOLE, label) + self.paragraph_height(text);
            if index == 0 {
                self.heading(heading, height);
            }
            self.flow.need(height);
            let leaf = self.flow.text(self.look.subheading, WHOLE, label);
            self.tree.push(Twig::heading(3, label, leaf));
            self.paragraph(text);
        }
    }

    /// What to do next, in order.
    fn steps(&mut self) {
        let page = self.page;
        let number = Column { x: MARGIN, width: 16.0 };
        let column = Column { x: MARGIN + 18.0, width: WHOLE.width - 18.0 };
        let mut entries = Vec::new();
        for (step, n) in page.steps.iter().zip(1..) {
            let height = self.step_height(step, column);
            if n == 1 {
                self.heading(self.t("ui.steps.heading"), height);
            }
            self.flow.need(height);
            let top = self.flow.y();
            let numbered = Style { colour: self.accent.readable_on(&[Colour::WHITE]), ..self.look.subheading };
            let label = self.flow.text(numbered, number, &format!("{n}."));
            self.flow.move_to(top);
            let title = self.flow.text(self.look.subheading, column, step.title);
            let mut body = vec![Twig::of(Tag::P, [title])];
            for sentence in self.sentences(step.text) {
                body.push(Twig::of(Tag::P, [self.flow.text(self.look.text, column, sentence)]));
            }
            for link in &step.links {
                body.push(self.linked(column, link.label, &self.absolute(&link.href)));
            }
            entries.push(Twig::Branch(
                Tag::LI.into(),
                vec![Twig::of(Tag::Lbl, [label]), Twig::Branch(Tag::LBody.into(), body)],
            ));
            self.flow.space(3.0);
        }
        self.tree.push(Twig::Branch(Tag::L(ListNumbering::Decimal).into(), entries));
    }

    fn step_height(&self, step: &Step, column: Column) -> f32 {
        let sentences = self.sentences(step.text);
        let text: f32 = sentences.iter().map(|text| self.flow.height(self.look.text, column, text)).sum();
        self.look.subheading.leading + text + step.links.len() as f32 * self.look.text.leading
    }

    /// Whom to ask, on a ground of its own, with the code that leads to the page.
    fn contact(&mut self) {
        let page = self.page;
        let inside = Column { x: MARGIN + 12.0, width: WHOLE.width - 3.0 * 12.0 - QR_SIDE };
        let look = self.look;
        let lines = page.contact.as_ref().map(|contact| self.ways(contact)).unwrap_or_default();
        let online = self.t("ui.expose.online");
        let of_lines: f32 = lines.iter().map(|way| self.flow.height(look.text, inside, &way.text)).sum();
        let of_address = self.flow.height(look.text, inside, &self.address) + look.label.leading + 6.0;
        let of_heading = if page.contact.is_some() { look.heading.leading + 3.0 } else { 0.0 };
        let height = (of_heading + of_lines + of_address).max(QR_SIDE) + 22.0;
        self.flow.space(10.0);
        self.flow.need(height);
        let top = self.flow.y();
        let ground = Rect::from_xywh(MARGIN, top, WHOLE.width, height).and_then(rectangle);
        let ground = ground.map(|path| Ink::Shape { path, fill: Some((GROUND, 1.0)), line: None });
        self.flow.draw(None, ground.into_iter().collect());
        self.flow.move_to(top + 10.0);
        if page.contact.is_some() {
            let heading = self.t("ui.contact.heading");
            self.chapter(heading);
            let leaf = self.flow.text(look.heading, inside, heading);
            self.tree.push(Twig::heading(2, heading, leaf));
            self.flow.space(3.0);
        }
        for Way { text, to } in lines {
            let twig = match to {
                Some(to) => self.linked(inside, &text, &to),
                None => Twig::of(Tag::P, [self.flow.text(look.text, inside, &text)]),
            };
            self.tree.push(twig);
        }
        self.flow.space(6.0);
        let online = self.flow.text(look.label, inside, online);
        self.tree.push(Twig::of(Tag::P, [online]));
        let address = self.address.clone();
        let linked = self.linked(inside, &address, &address);
        self.tree.push(linked);
        self.qr(MARGIN + WHOLE.width - 12.0 - QR_SIDE, top + (height - QR_SIDE) / 2.0);
        self.flow.move_to(top + height);
        self.flow.space(10.0);
    }

    fn ways(&self, contact: &Contact) -> Vec<Way> {
        let page = self.page;
        let mut ways = vec![Way { text: contact.in_one_line(), to: None }];
        ways.extend(contact.hours.clone().map(|text| Way { text, to: None }));
        let phone = contact.phone.clone();
        ways.extend(phone.map(|text| Way { text, to: Some(format!("tel:{}", contact.phone_digits())) }));
        ways.extend(contact.mail.clone().map(|text| Way { text, to: page.ask.clone() }));
        let form = page.form.as_ref().map(|form| self.absolute(form));
        ways.extend(form.map(|to| Way { text: self.t("ui.link.enquiry").to_owned(), to: Some(to) }));
        ways
    }

    fn qr(&mut self, x: f32, y: f32) {
        let Some(code) = Qr::new(&self.address) else { return };
        let Some(place) = Rect::from_xywh(x, y, QR_SIDE, QR_SIDE) else { return };
        let module = QR_SIDE / code.width as f32;
        let mut builder = PathBuilder::new();
        for &(column, row, length) in code.runs() {
            let (left, top) = (x + column as f32 * module, y + row as f32 * module);
            let run = Rect::from_xywh(left, top, length as f32 * module, module);
            if let Some(run) = run {
                builder.push_rect(run);
            }
        }
        let light = rectangle(place).map(|path| Ink::Shape { path, fill: Some((Colour::WHITE, 1.0)), line: None });
        let dark = builder.finish().map(|path| Ink::Shape { path, fill: Some((Colour::BLACK, 1.0)), line: None });
        let drawing = self.flow.leaf();
        let says = self.t("ui.expose.qr");
        self.flow.draw(Some(drawing), light.into_iter().chain(dark).collect());
        let figure = Tag::Figure(Some(format!("{says}: {}", self.address)));
        let figure = figure.with_bbox(Some(BBox::new(self.flow.pages() - 1, place)));
        self.tree.push(Twig::of(figure, [drawing]));
    }

    /// What follows in law from being listed, and that an example is one.
    fn notice(&mut self) {
        let text = self.t("ui.notice.text");
        let heading = self.t("ui.notice.heading");
        self.heading(heading, self.paragraph_height(text));
        self.paragraph(text);
        if !self.page.frame.examples.is_empty() {
            self.paragraph(&self.page.frame.example_note());
        }
    }

    /// Address and number at the foot of each page: no part of what is read.
    fn feet(&mut self) {
        let all = self.flow.pages();
        let style = Style { leading: 10.0, ..self.look.small };
        for page in 0..all {
            self.flow.move_to(PAGE_HEIGHT - 40.0);
            let values = [("n", &*(page + 1).to_string()), ("all", &*all.to_string())];
            let number = self.flow.right(style, WHOLE, &fill(self.t("ui.expose.page"), &values));
            let address = self.flow.at(style, MARGIN, self.flow.y() + 7.0, &self.page.listing.title);
            self.flow.draw_on(page, None, vec![address, number]);
        }
    }

    /// A heading that stands on the same page as what follows it.
    fn heading(&mut self, heading: &str, next: f32) {
        self.flow.space(9.0);
        self.flow.need(self.look.heading.leading + 3.0 + next);
        self.chapter(heading);
        let leaf = self.flow.text(self.look.heading, WHOLE, heading);
        self.tree.push(Twig::heading(2, heading, leaf));
        self.flow.space(2.0);
    }

    fn chapter(&mut self, title: &str) {
        let chapter = Chapter { title: title.to_owned(), page: self.flow.pages() - 1, y: self.flow.y() };
        self.chapters.push(chapter);
    }

    fn paragraph(&mut self, text: &str) {
        for sentence in self.sentences(text) {
            let leaf = self.flow.text(self.look.text, WHOLE, sentence);
            self.tree.push(Twig::of(Tag::P, [leaf]));
        }
        self.flow.space(4.0);
    }

    fn paragraph_height(&self, text: &str) -> f32 {
        self.sentences(text).iter().map(|text| self.flow.height(self.look.text, WHOLE, text)).sum::<f32>() + 4.0
    }

    fn linked(&mut self, column: Column, text: &str, to: &str) -> Twig {
        let leaves = self.flow.link(Style { colour: LINK, ..self.look.text }, column, text, to);
        Twig::Branch(Tag::P.into(), vec![Twig::of(Tag::Link, leaves)])
    }

    /// The text as it is set: each sentence of Leichte Sprache by itself.
    fn sentences<'t>(&self, text: &'t str) -> Vec<&'t str> {
        if self.look.is_easy { sentences(text) } else { vec![text] }
    }

    fn absolute(&self, href: &str) -> String {
        if href.starts_with('/') { format!("{}{href}", self.page.frame.request.base_url) } else { href.to_owned() }
    }
}

/// A way to reach somebody: words, and where they lead.
struct Way {
    text: String,
    to: Option<String>,
}

#[cfg(test)]
#[path = "pdf_tests.rs"]
mod tests;
