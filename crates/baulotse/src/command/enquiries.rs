//! `baulotse enquiries`.

use cadastre::{
    codes::{CodeList as _, EnquiryState},
    enquiry::Filed,
};
use store::{EnquiryError, Selection, Store};

use crate::{
    cli::EnquiriesCommand,
    exit::{Exit, Failure},
    open,
};

/// Enquiries that are read at a time.
const PAGE: u32 = 500;

/// Reads, closes and erases enquiries.
#[expect(clippy::print_stdout, reason = "the answer of the command")]
pub(crate) async fn run(command: EnquiriesCommand) -> Result<Exit, Failure> {
    match command {
        EnquiriesCommand::List { store, municipality, state } => {
            let municipalities = (!municipality.is_empty()).then_some(municipality);
            list(&open::open(&store.store).await?, Selection { municipalities, state, after: None }).await?;
        }
        EnquiriesCommand::Show { store, number } => {
            let found = open::open(&store.store).await?.enquiry(number).await?;
            show(&found.ok_or(EnquiryError::Unknown { number })?);
        }
        EnquiriesCommand::Close { store, number } => {
            let store = open::open(&store.store).await?;
            let closed = store.set_enquiry_state(number, EnquiryState::Closed, server::today()).await?;
            println!("{number} is kept until {}", closed.erase_after);
        }
        EnquiriesCommand::Erase { store, number, due: _ } => {
            let store = open::open(&store.store).await?;
            let erased = match number {
                Some(number) => store.erase_enquiry(number).await.map(|()| 1)?,
                // The command line asks for one or for all that are due.
                None => store.erase_due_enquiries(server::today()).await?,
            };
            println!("{erased} erased");
        }
    }
    Ok(Exit::Done)
}

/// One a line, without what only the answer needs.
#[expect(clippy::print_stdout, reason = "the answer of the command")]
async fn list(store: &Store, mut wanted: Selection) -> Result<(), Failure> {
    loop {
        let page = store.enquiries(&wanted, PAGE).await?;
        for filed in &page {
            let topic = &filed.enquiry.topic;
            let received = server::day_of(filed.received);
            println!("{}\t{received}\t{}\t{}\t{}", filed.number, filed.state.code(), topic.ags, topic.title);
        }
        match page.last() {
            Some(last) if page.len() == PAGE as usize => wanted.after = Some((last.received, last.number)),
            _ => return Ok(()),
        }
    }
}

#[expect(clippy::print_stdout, reason = "the answer of the command")]
fn show(filed: &Filed) {
    let enquiry = &filed.enquiry;
    let topic = &enquiry.topic;
    let about = topic.id.as_ref().map(|id| format!("{} {id}", topic.kind.code()));
    let fields = [
        ("number", Some(filed.number.to_string())),
        ("received", Some(filed.received.to_string())),
        ("state", Some(filed.state.code().to_owned())),
        ("municipality", Some(topic.ags.to_string())),
        ("title", Some(topic.title.clone())),
        ("about", about),
        ("name", enquiry.name.clone()),
        ("mail", enquiry.mail.clone()),
        ("phone", enquiry.phone.clone()),
        ("language", Some(enquiry.language.code().to_owned())),
        ("kept until", Some(filed.erase_after.to_string())),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            println!("{name}: {value}");
        }
    }
    println!("\n{}", enquiry.message);
}
