//! Pictures on the pages: addresses in several widths, alternative text, and whom to credit.

use cadastre::{licence::Licence, picture::Size, texts::Language};
use spatial::Shown;

use super::{format, frame::fill};
use crate::pictures::public_path;

/// Pixels that a form for a card has at most; the smallest form has fewer.
const WIDEST_ON_CARD: u32 = 800;

/// A picture of a listing. It was seen by the public when it was made from a view.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Photo {
    /// Alternative text.
    pub(crate) alt: String,
    /// Addresses by size, the smallest first.
    forms: Vec<(Size, String)>,
    author: String,
    licence: &'static Licence,
    day: Option<String>,
}

impl Photo {
    /// Every picture of a listing that the public sees.
    pub(crate) fn all(shown: &Shown<'_>, language: Language) -> Vec<Self> {
        let pictures = shown.pictures();
        pictures
            .iter()
            .map(|pictured| {
                let picture = pictured.view.record();
                let forms = picture.size.kept().into_iter().map(|size| (size, public_path(picture, size.width)));
                Self {
                    alt: picture.alt(language).to_owned(),
                    forms: forms.collect(),
                    author: picture.author.clone().unwrap_or_default(),
                    licence: picture.licence,
                    day: picture.taken_on.map(|day| format::day(day, language)),
                }
            })
            .collect()
    }

    /// Whom to credit for it; `which` says which pictures are meant.
    pub(crate) fn credit(&self, which: &str) -> Credit {
        let day = self.day.as_ref().map(|day| format!(", {day}")).unwrap_or_default();
        Credit { text: format!("{which}{}{day}", self.author), licence: self.licence }
    }

    /// Address of the smallest form: for browsers that know no `srcset`, and for cards.
    pub(crate) fn small(&self) -> &str {
        self.forms.first().map_or("", |(_, path)| path)
    }

    /// Address of the largest form.
    pub(crate) fn large(&self) -> &str {
        self.forms.last().map_or("", |(_, path)| path)
    }

    /// Every form with its width, as `srcset` says it (HTML, § 4.8.4.2.1).
    pub(crate) fn srcset(&self) -> String {
        self.srcset_to(u32::MAX)
    }

    /// The forms for a card: a list of many is not to be heavy, however fine the screen.
    pub(crate) fn card_srcset(&self) -> String {
        self.srcset_to(WIDEST_ON_CARD)
    }

    fn srcset_to(&self, widest: u32) -> String {
        let forms = self.forms.iter().filter(|(size, _)| size.width <= widest);
        forms.map(|(size, path)| format!("{path} {}w", size.width)).collect::<Vec<_>>().join(", ")
    }

    /// Width of the largest form.
    pub(crate) fn width(&self) -> u32 {
        self.forms.last().map_or(0, |(size, _)| size.width)
    }

    /// Its height.
    pub(crate) fn height(&self) -> u32 {
        self.forms.last().map_or(0, |(size, _)| size.height)
    }
}

/// Whom to credit for some of the pictures.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Credit {
    /// "Bild 2, 3: " where not all are meant, and "Stadt Leisnig, 3. Mai 2026".
    pub(crate) text: String,
    /// Licence.
    pub(crate) licence: &'static Licence,
}

/// One line for all pictures if they are alike in author, day and licence, else one for each kind of them.
pub(crate) fn credits(photos: &[Photo], words: &'static str) -> Vec<Credit> {
    let mut groups: Vec<(&Photo, Vec<String>)> = Vec::new();
    for (index, photo) in photos.iter().enumerate() {
        let number = (index + 1).to_string();
        let alike = groups.iter_mut().find(|(first, _)| {
            (&first.author, first.licence, &first.day) == (&photo.author, photo.licence, &photo.day)
        });
        match alike {
            Some((_, numbers)) => numbers.push(number),
            None => groups.push((photo, vec![number])),
        }
    }
    let is_one = groups.len() == 1;
    let credit = |(photo, numbers): (&Photo, Vec<String>)| {
        let which = if is_one { String::new() } else { fill(words, &[("numbers", &numbers.join(", "))]) };
        photo.credit(&which)
    };
    groups.into_iter().map(credit).collect()
}

#[cfg(test)]
mod tests {
    use cadastre::{licence::LICENCES, picture::Size};

    use super::{Photo, credits};

    fn photo(author: &str, licence: usize, day: Option<&str>) -> Photo {
        let sizes = Size { width: 1000, height: 750 }.kept();
        Photo {
            alt: "Ein Haus".into(),
            forms: sizes.into_iter().map(|size| (size, format!("/bild/p/{}.jpg", size.width))).collect(),
            author: author.into(),
            licence: &LICENCES[licence],
            day: day.map(str::to_owned),
        }
    }

    fn check(photos: &[Photo], expected: &[&str]) {
        let texts: Vec<String> = credits(photos, "Bild {numbers}: ").into_iter().map(|credit| credit.text).collect();
        assert_eq!(texts, expected);
    }

    #[test]
    fn who_is_credited_for_all_is_named_once() {
        check(&[], &[]);
        check(&[photo("A", 0, None), photo("A", 0, None)], &["A"]);
        check(&[photo("A", 0, Some("3. Mai"))], &["A, 3. Mai"]);
        check(&[photo("A", 0, None), photo("B", 0, None), photo("A", 0, None)], &["Bild 1, 3: A", "Bild 2: B"]);
        check(&[photo("A", 0, None), photo("A", 1, None)], &["Bild 1: A", "Bild 2: A"]);
    }

    #[test]
    fn a_photo_is_offered_in_every_width_it_is_kept_in() {
        let photo = photo("A", 0, None);
        assert_eq!(photo.srcset(), "/bild/p/400.jpg 400w, /bild/p/800.jpg 800w, /bild/p/1000.jpg 1000w");
        assert_eq!(photo.card_srcset(), "/bild/p/400.jpg 400w, /bild/p/800.jpg 800w");
        assert_eq!((photo.small(), photo.large()), ("/bild/p/400.jpg", "/bild/p/1000.jpg"));
        assert_eq!((photo.width(), photo.height()), (1000, 750));
    }
}
