//! What every page has around its content: language, addresses, notices, credits.

use cadastre::texts::{Language, text};

use super::{
    assets::{self, Entry},
    face::Face,
    legal::{self, Legal},
    params::{Look, href},
    photos::Photo,
};

/// How a page was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Path, e.g. `/gemeinde/14522310`.
    pub(crate) path: String,
    /// Language of the answer.
    pub(crate) language: Language,
    /// Whether the query named the language; links then name it too.
    pub(crate) names_language: bool,
    /// Address under which the server is reached, without a slash at the end.
    pub(crate) base_url: String,
}

impl Request {
    /// Links to a page of this server in the language of this one.
    pub(crate) fn link(&self, path: &str, pairs: &[(&'static str, String)]) -> String {
        href(path, pairs, self.names_language.then_some(self.language))
    }

    /// The text with this key.
    pub(crate) fn text(&self, key: &'static str) -> &'static str {
        text(key, self.language)
    }
}

/// A page in another language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Alternate {
    /// BCP 47 tag, or `x-default`.
    pub(crate) tag: &'static str,
    /// Absolute address.
    pub(crate) url: String,
}

/// A step of the path from the start page to this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Crumb {
    /// Name.
    pub(crate) name: String,
    /// Address.
    pub(crate) href: String,
}

/// The feed of what a page lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Feed {
    /// Title.
    pub(crate) title: String,
    /// Address.
    pub(crate) href: String,
}

/// A page inside of another site's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Embed {
    /// Address of the same page by itself.
    pub(crate) whole: String,
    /// How it looks.
    pub(crate) look: Look,
}

/// The frame of a page.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// How the page was asked for.
    pub(crate) request: Request,
    /// Title without the name of the product.
    pub(crate) title: String,
    /// One sentence for search engines and shared links.
    pub(crate) description: String,
    /// Query of this page without the language, for the switch of languages.
    pub(crate) pairs: Vec<(&'static str, String)>,
    /// Whether search engines may list it.
    pub(crate) is_indexed: bool,
    /// Names of the municipalities on this page whose data are made up.
    pub(crate) examples: Vec<String>,
    /// Credit lines of the data on this page, each once.
    pub(crate) credits: Vec<String>,
    /// Way from the start page, without this page.
    pub(crate) crumbs: Vec<Crumb>,
    /// Feed of what is listed here.
    pub(crate) feed: Option<Feed>,
    /// What is different where the page is shown inside of another one.
    pub(crate) embed: Option<Embed>,
    /// Languages that the page can be had in.
    pub(crate) languages: &'static [Language],
    /// Face of the municipality that the page is about.
    pub(crate) face: Option<Face>,
    /// Picture of what the page is about, for shared links.
    pub(crate) photo: Option<Photo>,
}

impl Frame {
    /// A frame without notices.
    pub(crate) fn new(request: Request, title: String, description: String) -> Self {
        Self {
            request,
            title,
            description,
            pairs: Vec::new(),
            is_indexed: true,
            examples: Vec::new(),
            credits: Vec::new(),
            crumbs: Vec::new(),
            feed: None,
            embed: None,
            languages: &Language::ALL,
            face: None,
            photo: None,
        }
    }

    /// The text with this key.
    pub(crate) fn t(&self, key: &'static str) -> &'static str {
        self.request.text(key)
    }

    /// BCP 47 tag of the page's language.
    pub(crate) fn lang(&self) -> &'static str {
        self.request.language.tag()
    }

    /// Colours that whoever embeds the page wants, for the style sheet.
    pub(crate) fn theme(&self) -> Option<&'static str> {
        Some(self.embed.as_ref()?.look.theme?.code())
    }

    /// Address of the start page.
    pub(crate) fn home(&self) -> String {
        self.request.link("/", &[])
    }

    /// The other languages, each with the address of this page in it.
    pub(crate) fn other_languages(&self) -> Vec<(Language, String)> {
        let others = self.languages.iter().filter(|language| **language != self.request.language);
        others.map(|&language| (language, href(&self.request.path, &self.pairs, Some(language)))).collect()
    }

    /// Address of the start page of the municipality that the page is about.
    pub(crate) fn face_home(&self, face: &Face) -> String {
        self.request.link(&face.home_path(), &[])
    }

    /// Impressum, Datenschutz and Barrierefreiheit of the municipality that the page is about, else of the server.
    pub(crate) fn legal_links(&self) -> Vec<Crumb> {
        let link = |legal: Legal| Crumb {
            name: self.request.text(legal.name_key()).to_owned(),
            href: self.request.link(&legal::path(legal, self.face.as_ref()), &[]),
        };
        Legal::ALL.map(link).to_vec()
    }

    /// Where one says what one cannot use.
    pub(crate) fn report_link(&self) -> String {
        format!("{}#melden", self.request.link(&legal::path(Legal::Accessibility, self.face.as_ref()), &[]))
    }

    /// The one address of this content: in the language that the query names, without filters and view state.
    ///
    /// Without a named language the address is the negotiated one, and stands for itself whatever it is answered in:
    /// one of [`Self::alternates`] that pointed at another of them would ask not to be listed.
    pub(crate) fn canonical(&self) -> String {
        self.absolute(self.request.names_language.then_some(self.request.language))
    }

    /// This page in every language that search engines tell apart. Leichte Sprache is none of them: to them
    /// `de-x-leicht` is no language, so that page stands for itself.
    pub(crate) fn alternates(&self) -> Vec<Alternate> {
        if self.request.language == Language::EasyGerman {
            return Vec::new();
        }
        vec![
            Alternate { tag: "de", url: self.absolute(Some(Language::German)) },
            Alternate { tag: "en", url: self.absolute(Some(Language::English)) },
            Alternate { tag: "x-default", url: self.absolute(None) },
        ]
    }

    fn absolute(&self, language: Option<Language>) -> String {
        format!("{}{}", self.request.base_url, href(&self.request.path, &[], language))
    }

    /// Which municipalities' data are made up, in a sentence.
    pub(crate) fn example_note(&self) -> String {
        fill(self.t("ui.example.note"), &[("names", &in_words(&self.examples, self.t("ui.and")))])
    }

    /// Scripts and styles.
    #[expect(clippy::unused_self, reason = "a template reaches it through its frame")]
    pub(crate) fn assets(&self) -> &'static Entry {
        assets::entry()
    }

    /// Address of the texts that scripts show, in the language of the page.
    pub(crate) fn script_texts(&self) -> Option<&'static str> {
        assets::entry().texts(self.request.language)
    }
}

/// A list in words: "Leisnig", "Leisnig und Döbeln", "A, B und C".
pub(crate) fn in_words(names: &[String], and: &str) -> String {
    match names {
        [] => String::new(),
        [name] => name.clone(),
        [first @ .., last] => format!("{} {and} {last}", first.join(", ")),
    }
}

/// Fills the placeholders `{name}` of a text.
pub(crate) fn fill(text: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// A count in words: "1 Fläche", "37 Flächen", from the texts `<key>.one` and `<key>.other`.
pub(crate) fn counted(n: usize, one: &'static str, other: &'static str, language: Language) -> String {
    let number = super::format::number(n as f64, 0, language);
    fill(text(if n == 1 { one } else { other }, language), &[("n", &number)])
}

#[cfg(test)]
mod tests {
    use cadastre::texts::Language;

    use super::{Frame, Request, fill, in_words};

    fn frame(language: Language, names_language: bool) -> Frame {
        let request = Request {
            path: "/gemeinde/14522310".to_owned(),
            language,
            names_language,
            base_url: "https://example.org".to_owned(),
        };
        let mut frame = Frame::new(request, "Leisnig".to_owned(), String::new());
        frame.pairs = vec![("typ", "brache".to_owned())];
        frame
    }

    #[test]
    fn the_canonical_address_has_no_view_state_and_the_language_that_was_named() {
        let check = |language, names_language, expected: &str| {
            let canonical = frame(language, names_language).canonical();
            assert_eq!(canonical, format!("https://example.org/gemeinde/14522310{expected}"), "{language:?}");
        };
        check(Language::German, false, "");
        check(Language::English, false, "");
        check(Language::German, true, "?lang=de");
        check(Language::English, true, "?lang=en");
        check(Language::EasyGerman, true, "?lang=leicht");
    }

    #[test]
    fn an_address_among_the_languages_is_its_own_canonical_one() {
        for (language, names_language) in
            [(Language::German, false), (Language::English, false), (Language::German, true), (Language::English, true)]
        {
            let frame = frame(language, names_language);
            let asked = frame.absolute(names_language.then_some(language));
            let alternates = frame.alternates();
            assert!(alternates.iter().any(|alternate| alternate.url == asked), "{asked} is not among {alternates:?}");
            assert_eq!(frame.canonical(), asked);
        }
    }

    #[test]
    fn the_language_switch_keeps_the_filters() {
        let others = frame(Language::German, false).other_languages();
        let others: Vec<_> = others.iter().map(|(language, href)| (language.name(), href.as_str())).collect();
        let english = ("English", "/gemeinde/14522310?typ=brache&lang=en");
        assert_eq!(others, [english, ("Leichte Sprache", "/gemeinde/14522310?typ=brache&lang=leicht")]);
    }

    #[test]
    fn leichte_sprache_stands_for_itself_before_search_engines() {
        let easy = frame(Language::EasyGerman, true);
        assert_eq!(easy.canonical(), "https://example.org/gemeinde/14522310?lang=leicht");
        assert_eq!(easy.alternates(), []);
        let german = frame(Language::German, false).alternates();
        let german: Vec<_> = german.iter().map(|alternate| (alternate.tag, alternate.url.as_str())).collect();
        let expected = [
            ("de", "https://example.org/gemeinde/14522310?lang=de"),
            ("en", "https://example.org/gemeinde/14522310?lang=en"),
            ("x-default", "https://example.org/gemeinde/14522310"),
        ];
        assert_eq!(german, expected);
    }

    #[test]
    fn links_name_the_language_only_if_the_query_did() {
        assert_eq!(frame(Language::English, false).home(), "/");
        assert_eq!(frame(Language::English, true).home(), "/?lang=en");
    }

    #[test]
    fn lists_are_read_as_words() {
        let names = ["A", "B", "C"].map(str::to_owned);
        assert_eq!(in_words(&names[..0], "und"), "");
        assert_eq!(in_words(&names[..1], "und"), "A");
        assert_eq!(in_words(&names[..2], "und"), "A und B");
        assert_eq!(in_words(&names, "und"), "A, B und C");
    }

    #[test]
    fn a_value_is_not_read_as_a_placeholder_of_its_own_text() {
        assert_eq!(fill("{n} von {m}", &[("n", "3"), ("m", "7")]), "3 von 7");
    }
}
