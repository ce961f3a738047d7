//! Enquiries: what somebody asks a municipality, about a listing or about settling there.
//!
//! They are personal data: they live in a table of their own that is erased, and are no records, so neither journal nor
//! history ever holds one (`docs/decisions/0010-enquiries-are-no-records.md`).

use std::fmt;

use jiff::{Timestamp, ToSpan as _};

use crate::{
    Ags, Day,
    codes::{EnquiryState, EnquiryTopic},
    settings,
    texts::Language,
};

/// Longest name, mail address and phone number that is taken, in characters.
pub const LONGEST_LINE: usize = 200;
/// Longest message that is taken, in characters.
pub const LONGEST_MESSAGE: usize = 4000;

/// Months after its receipt at which an enquiry is erased, whatever its state.
pub const MONTHS_FROM_RECEIPT: i32 = 12;
/// Months after it was closed at which an enquiry is erased.
pub const MONTHS_FROM_CLOSING: i32 = 6;

/// What an enquiry is about, as the public saw it when it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Municipality that is asked.
    pub ags: Ags,
    /// Kind.
    pub kind: EnquiryTopic,
    /// Public id of the site or building; `None` if the municipality as such is meant.
    pub id: Option<String>,
    /// Its title on the page, which may be withdrawn by the time the enquiry is read.
    pub title: String,
}

/// An enquiry that keeps the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enquiry {
    /// What it is about.
    pub topic: Topic,
    /// Who asks, if they say so.
    pub name: Option<String>,
    /// Mail address to answer to.
    pub mail: Option<String>,
    /// Phone number to answer to.
    pub phone: Option<String>,
    /// What is asked; lines end in `\n`.
    pub message: String,
    /// Language in which it was asked.
    pub language: Language,
}

/// What was typed into the form, unchecked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// Who asks.
    pub name: String,
    /// Mail address.
    pub mail: String,
    /// Phone number.
    pub phone: String,
    /// What is asked.
    pub message: String,
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// What is asked.
    Message,
    /// Mail address.
    Mail,
    /// Phone number.
    Phone,
    /// Who asks.
    Name,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The message is empty.
    Empty,
    /// Neither mail address nor phone number: nobody could answer.
    NoWayToAnswer,
    /// Is no mail address.
    NoMail,
    /// Is no phone number.
    NoPhone,
    /// Has more characters than this.
    TooLong(usize),
    /// Holds characters that are no text, or more than one line where there is only one.
    NoText,
}

/// A field that cannot be taken as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The field.
    pub field: Field,
    /// What is wrong with it.
    pub fault: Fault,
}

impl Enquiry {
    /// Checks what was typed; every field that is wrong is named, in the order of the form.
    pub fn new(topic: Topic, typed: &Typed, language: Language) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Vec::new();
        let mut take = |field: Field, checked: Result<Option<String>, Fault>| match checked {
            Ok(value) => value,
            Err(fault) => {
                refusals.push(Refusal { field, fault });
                None
            }
        };
        let message = take(Field::Message, message(&typed.message));
        let no_way = typed.mail.trim().is_empty() && typed.phone.trim().is_empty();
        let mail = match no_way {
            true => Err(Fault::NoWayToAnswer),
            false => line(&typed.mail, |mail| settings::mail(mail).map_err(|_reason| Fault::NoMail)),
        };
        let mail = take(Field::Mail, mail);
        let phone = line(&typed.phone, |phone| settings::phone(phone).map_err(|_reason| Fault::NoPhone));
        let phone = take(Field::Phone, phone);
        let name = take(Field::Name, line(&typed.name, |_| Ok(())));
        match message {
            Some(message) if refusals.is_empty() => Ok(Self { topic, name, mail, phone, message, language }),
            _ => Err(refusals),
        }
    }
}

/// One line, trimmed; `None` if there is nothing.
fn line(typed: &str, check: impl FnOnce(&str) -> Result<(), Fault>) -> Result<Option<String>, Fault> {
    let value = typed.trim();
    if value.is_empty() {
        return Ok(None);
    }
    if value.chars().any(char::is_control) {
        return Err(Fault::NoText);
    }
    if value.chars().count() > LONGEST_LINE {
        return Err(Fault::TooLong(LONGEST_LINE));
    }
    check(value).map(|()| Some(value.to_owned()))
}

fn message(typed: &str) -> Result<Option<String>, Fault> {
    // Browsers send lines that end in CR LF (HTML, 4.10.21.4).
    let value = typed.replace("\r\n", "\n");
    let value = value.trim();
    if value.is_empty() {
        return Err(Fault::Empty);
    }
    if value.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        return Err(Fault::NoText);
    }
    if value.chars().count() > LONGEST_MESSAGE {
        return Err(Fault::TooLong(LONGEST_MESSAGE));
    }
    Ok(Some(value.to_owned()))
}

/// An enquiry as the municipality has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filed {
    /// Number by which both sides call it.
    pub number: ReceiptNumber,
    /// When it was received, to the millisecond.
    pub received: Timestamp,
    /// The enquiry.
    pub enquiry: Enquiry,
    /// How far it has come.
    pub state: EnquiryState,
    /// Last day on which it is kept.
    pub erase_after: Day,
}

/// Last day on which an enquiry is kept that was received on this day and is never closed
/// (storage limitation, Art. 5 (1) (e) GDPR).
pub fn erase_after(received_on: Day) -> Day {
    months_later(received_on, MONTHS_FROM_RECEIPT)
}

/// Last day on which an enquiry is kept once it is closed: never later than was promised before.
pub fn erase_after_closing(promised: Day, closed_on: Day) -> Day {
    promised.min(months_later(closed_on, MONTHS_FROM_CLOSING))
}

/// The same day some months later, or the last one of a shorter month; the end of the calendar at the latest.
fn months_later(day: Day, months: i32) -> Day {
    day.checked_add(months.months()).unwrap_or(Day::MAX)
}

/// Letters and digits without those that look alike.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// Number of a receipt, such as `7KQF-M2XW-PA9C`: 60 random bits, so that nobody guesses another one's.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReceiptNumber([u8; Self::LENGTH]);

impl ReceiptNumber {
    /// Number of its letters and digits.
    pub const LENGTH: usize = 12;

    /// The number made of random bytes, of which five bits each are used.
    pub fn from_random(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes.map(|byte| ALPHABET[usize::from(byte % 32)]))
    }

    /// Reads a number as people write it: in either case, with or without dashes and blanks.
    pub fn parse(text: &str) -> Result<Self, ReceiptError> {
        let refuse = || ReceiptError { given: text.chars().take(40).collect() };
        let letters: Vec<u8> =
            text.bytes().filter(|byte| !matches!(byte, b'-' | b' ')).map(|byte| byte.to_ascii_uppercase()).collect();
        let letters = <[u8; Self::LENGTH]>::try_from(letters).map_err(|_wrong_length| refuse())?;
        if letters.iter().all(|letter| ALPHABET.contains(letter)) { Ok(Self(letters)) } else { Err(refuse()) }
    }
}

impl fmt::Display for ReceiptNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let groups = self.0.chunks(4).map(|group| std::str::from_utf8(group).unwrap_or_default());
        f.write_str(&groups.collect::<Vec<_>>().join("-"))
    }
}

impl fmt::Debug for ReceiptNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReceiptNumber({self})")
    }
}

/// A text that is no receipt number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a receipt number has twelve letters and digits, such as 7KQF-M2XW-PA9C, got \"{given}\"")]
pub struct ReceiptError {
    given: String,
}

#[cfg(test)]
mod tests {
    use super::{Day, Enquiry, Fault, Field, ReceiptNumber, Refusal, Topic, Typed, erase_after, erase_after_closing};
    use crate::{Ags, codes::EnquiryTopic, texts::Language};

    fn typed(name: &str, mail: &str, phone: &str, message: &str) -> Typed {
        Typed { name: name.into(), mail: mail.into(), phone: phone.into(), message: message.into() }
    }

    fn enquiry(typed: &Typed) -> Result<Enquiry, Vec<Refusal>> {
        let ags = Ags::parse("14522310").unwrap();
        let topic = Topic { ags, kind: EnquiryTopic::Municipality, id: None, title: "Leisnig".into() };
        Enquiry::new(topic, typed, Language::German)
    }

    fn check(typed: &Typed, expected: &[(Field, Fault)]) {
        let refusals = enquiry(typed).err().unwrap_or_default();
        let found: Vec<_> = refusals.iter().map(|refusal| (refusal.field, refusal.fault)).collect();
        assert_eq!(found, expected, "{typed:?}");
    }

    #[test]
    fn every_field_that_is_wrong_is_named() {
        check(&typed("", "a@b.example", "", "Hallo"), &[]);
        check(&typed("", "", "034321 70-0", "Hallo"), &[]);
        check(&typed("Erika", "", "", "Hallo"), &[(Field::Mail, Fault::NoWayToAnswer)]);
        check(&typed("", " ", "", " \n"), &[(Field::Message, Fault::Empty), (Field::Mail, Fault::NoWayToAnswer)]);
        check(&typed("", "a@b", "", "Hallo"), &[(Field::Mail, Fault::NoMail)]);
        check(&typed("", "a@b.example, c@d.example", "", "x"), &[(Field::Mail, Fault::NoMail)]);
        check(&typed("", "a@b.example", "anrufen", "x"), &[(Field::Phone, Fault::NoPhone)]);
        check(&typed("Erika\nBcc: x", "a@b.example", "", "x"), &[(Field::Name, Fault::NoText)]);
        check(&typed(&"ä".repeat(200), "a@b.example", "", &"ß".repeat(4000)), &[]);
        check(&typed(&"ä".repeat(201), "a@b.example", "", "x"), &[(Field::Name, Fault::TooLong(200))]);
        check(&typed("", "a@b.example", "", &"ß".repeat(4001)), &[(Field::Message, Fault::TooLong(4000))]);
        check(&typed("", "a@b.example", "", "a\0b"), &[(Field::Message, Fault::NoText)]);
    }

    #[test]
    fn what_is_taken_is_tidied() {
        let enquiry = enquiry(&typed(" Erika ", " e@b.example ", "", " Guten Tag,\r\n\r\nist sie frei?\r\n")).unwrap();
        assert_eq!((enquiry.name.as_deref(), enquiry.mail.as_deref()), (Some("Erika"), Some("e@b.example")));
        assert_eq!((enquiry.phone, enquiry.message.as_str()), (None, "Guten Tag,\n\nist sie frei?"));
    }

    #[test]
    fn an_enquiry_is_kept_no_longer_than_promised() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        assert_eq!(erase_after(day("2026-03-31")), day("2027-03-31"));
        assert_eq!(erase_after(day("2028-02-29")), day("2029-02-28"));
        assert_eq!(erase_after(Day::MAX), Day::MAX);
        assert_eq!(erase_after_closing(day("2027-03-31"), day("2026-04-01")), day("2026-10-01"));
        assert_eq!(erase_after_closing(day("2027-03-31"), day("2026-08-31")), day("2027-02-28"));
        assert_eq!(erase_after_closing(day("2027-03-31"), day("2027-01-01")), day("2027-03-31"));
    }

    fn check_number(text: &str, expected: Option<&str>) {
        assert_eq!(ReceiptNumber::parse(text).ok().map(|number| number.to_string()).as_deref(), expected, "{text}");
    }

    #[test]
    fn a_number_is_read_as_people_write_it() {
        check_number("7KQF-M2XW-PA9C", Some("7KQF-M2XW-PA9C"));
        check_number(" 7kqf m2xw pa9c", Some("7KQF-M2XW-PA9C"));
        check_number("7KQFM2XWPA9C", Some("7KQF-M2XW-PA9C"));
        check_number("7KQF-M2XW-PA9", None);
        check_number("7KQF-M2XW-PA9O", None);
        check_number("7KQF-M2XW-PA9ß", None);
        check_number("", None);
        let number = ReceiptNumber::from_random([0, 31, 32, 255, 4, 5, 6, 7, 8, 9, 10, 11]);
        assert_eq!(number.to_string(), "A9A9-EFGH-JKLM");
        check_number(&number.to_string(), Some("A9A9-EFGH-JKLM"));
    }
}
