//! Whom to ask: the office of the municipality.

use cadastre::record::Municipality;

use super::params::percent_encoded;

/// Contact of a municipality, never a person's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Contact {
    /// Name of the municipality.
    pub(crate) municipality: String,
    /// Office.
    pub(crate) name: Option<String>,
    /// Mail address.
    pub(crate) mail: Option<String>,
    /// Phone number as written.
    pub(crate) phone: Option<String>,
    /// Street address, on one line.
    pub(crate) address: Option<String>,
    /// When it can be reached, in words.
    pub(crate) hours: Option<String>,
}

impl Contact {
    /// The contact in the settings of a municipality, if there is one.
    pub(crate) fn of(municipality: &Municipality) -> Option<Self> {
        let contact = Self::named(municipality);
        (contact.name.is_some() || contact.mail.is_some() || contact.phone.is_some()).then_some(contact)
    }

    /// Whatever the settings say, the name of the municipality at the least.
    pub(crate) fn named(municipality: &Municipality) -> Self {
        let settings = &municipality.settings;
        Self {
            municipality: municipality.name.clone(),
            name: settings.contact_name.clone(),
            mail: settings.contact_mail.clone(),
            phone: settings.contact_phone.clone(),
            address: settings.contact_address.clone(),
            hours: settings.contact_hours.clone(),
        }
    }

    /// Office, municipality and address in one line.
    pub(crate) fn in_one_line(&self) -> String {
        let parts = [self.name.as_deref(), Some(&*self.municipality), self.address.as_deref()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// The contact in the settings; where there is none but a form, the name of the municipality alone.
    pub(crate) fn of_or_form(municipality: &Municipality, has_form: bool) -> Option<Self> {
        Self::of(municipality).or_else(|| has_form.then(|| Self::named(municipality)))
    }

    /// Address that opens a mail with this subject and this beginning (RFC 6068); an empty beginning is left out.
    pub(crate) fn mail_href(&self, subject: &str, body: &str) -> String {
        let to = self.mail.as_deref().unwrap_or_default();
        let body = percent_encoded(&body.replace('\n', "\r\n"));
        let body = if body.is_empty() { body } else { format!("&body={body}") };
        format!("mailto:{to}?subject={}{body}", percent_encoded(subject))
    }

    /// The number as a `tel:` address has it: digits and a leading plus.
    pub(crate) fn phone_digits(&self) -> String {
        let phone = self.phone.as_deref().unwrap_or_default();
        phone
            .chars()
            .enumerate()
            .filter(|(at, c)| c.is_ascii_digit() || (*at == 0 && *c == '+'))
            .map(|(_, c)| c)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Contact;

    const NOBODY: Contact =
        Contact { municipality: String::new(), name: None, mail: None, phone: None, address: None, hours: None };

    #[test]
    fn a_phone_number_is_dialled_without_its_blanks() {
        let phone = Some("+49 34321 / 70-0".to_owned());
        let contact = Contact { phone, ..NOBODY };
        assert_eq!(contact.phone_digits(), "+4934321700");
    }

    #[test]
    fn a_subject_cannot_add_recipients_to_a_mail() {
        let mail = Some("bauamt@example.org".to_owned());
        let contact = Contact { mail, ..NOBODY };
        assert_eq!(contact.mail_href("a&bcc=b?", ""), "mailto:bauamt@example.org?subject=a%26bcc%3Db%3F");
        assert_eq!(contact.mail_href("a", "b\nc"), "mailto:bauamt@example.org?subject=a&body=b%0D%0Ac");
    }
}
