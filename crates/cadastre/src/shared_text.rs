//! Texts that many records have.

use std::{borrow::Borrow, fmt, ops::Deref, sync::Arc};

/// A text of which a copy is the same text in memory, and takes a word: streets, kinds of land use.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SharedText(Arc<Text>);

/// Apart, so that it is pointed to without its length.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Text(Box<str>);

impl<T: Into<Box<str>>> From<T> for SharedText {
    fn from(text: T) -> Self {
        Self(Arc::new(Text(text.into())))
    }
}

impl Deref for SharedText {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0.0
    }
}

impl Borrow<str> for SharedText {
    fn borrow(&self) -> &str {
        self
    }
}

impl fmt::Debug for SharedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::SharedText;

    #[test]
    fn a_copy_is_the_same_text_in_a_word_and_is_found_by_its_letters() {
        let text = SharedText::from("Am Markt");
        assert!(std::ptr::eq(&raw const *text, &raw const *text.clone()));
        assert_eq!(size_of::<Option<SharedText>>(), size_of::<usize>());
        assert_eq!(format!("{text:?}"), "\"Am Markt\"");
        assert!(HashSet::from([text]).contains("Am Markt"));
    }
}
