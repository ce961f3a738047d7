//! What a mail to the office says. Offices are German, and so is their mail.

use cadastre::{codes::CodeList as _, enquiry::Filed, record::Municipality, settings::EnquiryMail, texts::Language};
use lettre::{
    Address, Message,
    address::AddressError,
    message::{
        Mailbox, MessageBuilder,
        header::{ContentType, Header, HeaderName, HeaderValue},
    },
};

use crate::{clock, pages::format};

/// Why a mail cannot be written.
#[derive(Debug, thiserror::Error)]
pub(super) enum MessageError {
    /// An address is none.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// It has not what a mail needs.
    #[error(transparent)]
    Message(#[from] lettre::error::Error),
}

/// RFC 3834: nobody's absence is to be told to this address.
#[derive(Clone, Debug)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// The mail about an enquiry; `None` where the municipality wants none, or has nobody to send it to.
///
/// Nothing that somebody typed stands in its head, but the mail address to answer to, if it is one.
pub(super) fn about(
    filed: &Filed,
    town: &Municipality,
    from: &Mailbox,
    base_url: &str,
) -> Result<Option<Message>, MessageError> {
    let content = town.settings.mail_of_enquiries();
    let Some(to) = town.settings.contact_mail.as_deref().filter(|_| content != EnquiryMail::Nothing) else {
        return Ok(None);
    };
    let number = filed.number;
    let mut builder: MessageBuilder = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to.parse::<Address>()?))
        .subject(format!("Anfrage {number} an {}", town.name))
        // The same for each attempt, so that whoever gets it twice can tell.
        .message_id(Some(format!("<anfrage-{number}@{}>", from.email.domain())))
        .header(AutoSubmitted)
        .header(ContentType::TEXT_PLAIN);
    if content == EnquiryMail::Whole
        && let Some(mail) = filed.enquiry.mail.as_deref().and_then(|mail| mail.parse::<Address>().ok())
    {
        builder = builder.reply_to(Mailbox::new(None, mail));
    }
    Ok(Some(builder.body(body(filed, town, content, base_url))?))
}

fn body(filed: &Filed, town: &Municipality, content: EnquiryMail, base_url: &str) -> String {
    let day = |day| format::day(day, Language::German);
    let Filed { number, received, enquiry, erase_after, .. } = filed;
    let received = day(clock::day_of(*received));
    let mut lines = vec![
        "Guten Tag,".to_owned(),
        String::new(),
        format!("am {received} ist eine Anfrage an {} eingegangen.", town.name),
        String::new(),
        format!("Nummer: {number}"),
        format!("Es geht um: {} ({})", enquiry.topic.title, enquiry.topic.kind.label(Language::German)),
        format!("Wird gelöscht nach dem: {}", day(*erase_after)),
        String::new(),
    ];
    match content {
        EnquiryMail::Whole => {
            let way = |what: &str, value: &Option<String>| value.as_ref().map(|value| format!("{what}: {value}"));
            lines.extend(way("Name", &enquiry.name));
            lines.extend(way("E-Mail", &enquiry.mail));
            lines.extend(way("Telefon", &enquiry.phone));
            lines.extend([String::new(), enquiry.message.clone(), String::new(), "-- ".to_owned()]);
            lines.push(
                "Diese Nachricht enthält personenbezogene Daten. Bitte löschen Sie sie mit der Anfrage.".to_owned(),
            );
        }
        EnquiryMail::Notice | EnquiryMail::Nothing => {
            lines.push(
                "Was gefragt wurde und von wem, steht nicht in dieser Nachricht. Die Anfrage wird so gelesen:"
                    .to_owned(),
            );
        }
    }
    lines.extend([
        String::new(),
        format!("  {base_url}/api/enquiries/{number} (mit dem eigenen Zugang)"),
        format!("  baulotse enquiries show {number} --store …"),
        String::new(),
        "Diese Nachricht wurde automatisch verschickt.".to_owned(),
    ]);
    lines.join("\r\n")
}

#[cfg(test)]
mod tests {
    use cadastre::{
        Ags, Enquiry, ReceiptNumber,
        codes::{EnquiryState, EnquiryTopic},
        enquiry::{Filed, Topic},
        record::{Municipality, Settings},
        texts::Language,
    };

    use super::about;

    fn filed(mail: Option<&str>, title: &str) -> Filed {
        let topic = Topic {
            ags: Ags::parse("14522310").unwrap(),
            kind: EnquiryTopic::Site,
            id: Some("a".to_owned()),
            title: title.to_owned(),
        };
        Filed {
            number: ReceiptNumber::from_random([7; 12]),
            received: "2026-11-30T10:00:00Z".parse().unwrap(),
            enquiry: Enquiry {
                topic,
                name: Some("Erika".to_owned()),
                mail: mail.map(str::to_owned),
                phone: Some("0123 456".to_owned()),
                message: "Ist der Platz\r\n.\r\nBcc: x@y.example\r\nnoch frei?".to_owned(),
                language: Language::English,
            },
            state: EnquiryState::New,
            erase_after: "2027-11-30".parse().unwrap(),
        }
    }

    fn town(settings: &[(&str, &str)]) -> Municipality {
        let mut town = Municipality {
            ags: Ags::parse("14522310").unwrap(),
            name: "Leisnig".to_owned(),
            settings: Settings::default(),
            geometry: None,
        };
        for (key, value) in settings {
            town.settings.set(key, value).unwrap();
        }
        town
    }

    /// Head and body of the mail, if there is one.
    fn mail(filed: &Filed, settings: &[(&str, &str)]) -> Option<(String, String)> {
        let from = "Baulotse <noreply@baulotse.example>".parse().unwrap();
        let message = about(filed, &town(settings), &from, "https://baulotse.example").unwrap()?;
        let text = String::from_utf8(message.formatted()).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        Some((head.to_owned(), body.replace("=\r\n", "")))
    }

    const TO: (&str, &str) = ("contact_mail", "bauamt@leisnig.example");

    #[test]
    fn a_notice_holds_nothing_personal() {
        let (head, body) = mail(&filed(Some("erika@example.org"), "Bauluecke"), &[TO]).unwrap();
        assert!(
            head.contains("To: bauamt@leisnig.example") && head.contains("Auto-Submitted: auto-generated"),
            "{head}"
        );
        assert!(head.contains("Subject: Anfrage ") && !head.contains("Reply-To"), "{head}");
        for personal in ["Erika", "erika", "0123", "noch frei"] {
            assert!(!head.contains(personal) && !body.contains(personal), "{personal}: {head}\n{body}");
        }
        assert!(body.contains("baulotse enquiries show") && body.contains("/api/enquiries/"), "{body}");
    }

    #[test]
    fn the_whole_enquiry_is_answered_to_who_asked() {
        let (head, body) = mail(&filed(Some("erika@example.org"), "x"), &[TO, ("enquiry_mail", "whole")]).unwrap();
        assert!(head.contains("Reply-To: erika@example.org"), "{head}");
        assert!(body.contains("noch frei?") && body.contains("0123 456"), "{body}");
        let (head, _) = mail(&filed(None, "x"), &[TO, ("enquiry_mail", "whole")]).unwrap();
        assert!(!head.contains("Reply-To"), "{head}");
    }

    #[test]
    fn where_nobody_is_to_be_told_there_is_no_mail() {
        assert_eq!(mail(&filed(None, "x"), &[]), None);
        assert_eq!(mail(&filed(None, "x"), &[TO, ("enquiry_mail", "nothing")]), None);
    }

    #[test]
    fn nothing_typed_becomes_a_line_of_the_head() {
        let injected = "x\r\nBcc: spy@example.org\r\n\r\nbody";
        for mail_address in ["a@b.example\r\nBcc: spy@example.org", "a@b.example>\nBcc: <spy@example.org", "@", ""] {
            let filed = filed(Some(mail_address), injected);
            for content in ["notice", "whole"] {
                let (head, _) = mail(&filed, &[TO, ("enquiry_mail", content)]).unwrap();
                assert!(!head.contains("spy") && !head.contains("Bcc"), "{head}");
                assert_eq!(head.lines().filter(|line| line.starts_with("To:")).count(), 1, "{head}");
            }
        }
    }
}
