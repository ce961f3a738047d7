//! Enquiries: filed once, found by whom they were asked of, erased without a trace.

use cadastre::{
    Ags, Enquiry, ReceiptNumber, Revision,
    codes::{EnquiryState, EnquiryTopic},
    enquiry::{Topic, Typed},
    texts::Language,
};
use jiff::{SignedDuration, Timestamp};
use store::{EnquiryError, Location, Selection, Store};

use crate::{
    edits::put,
    place::{Place, on_both_stores},
    records::{day, full, leisnig},
};

fn enquiry(ags: Ags, message: &str) -> Enquiry {
    let topic = Topic { ags, kind: EnquiryTopic::Site, id: Some("k3vq".into()), title: "Baulücke Am Hang".into() };
    let typed = Typed {
        name: "Erika Mustermann".into(),
        mail: "erika@example.org".into(),
        phone: String::new(),
        message: message.into(),
    };
    Enquiry::new(topic, &typed, Language::EasyGerman).unwrap()
}

/// Files an enquiry from the sheet with this number, of which the municipality is to be told.
pub(crate) async fn file_told(store: &Store, form: u32) -> ReceiptNumber {
    let enquiry = enquiry(leisnig(), &format!("Ist sie noch frei ({form})?"));
    store.file_enquiry(&enquiry, &form.to_string(), day("2026-03-31"), true).await.unwrap()
}

/// Files an enquiry from the sheet with this number.
pub(crate) async fn file(store: &Store, form: u32) -> ReceiptNumber {
    let enquiry = enquiry(leisnig(), &format!("Ist sie noch frei ({form})?"));
    store.file_enquiry(&enquiry, &form.to_string(), day("2026-03-31"), false).await.unwrap()
}

async fn numbers(store: &Store, wanted: Selection) -> Vec<ReceiptNumber> {
    store.enquiries(&wanted, 10).await.unwrap().iter().map(|filed| filed.number).collect()
}

/// Takes the notice that is due. Each attempt is put off by an hour more than the last.
pub(crate) async fn take(store: &Store, now: Timestamp) -> Option<(ReceiptNumber, u32)> {
    let wait = |attempts: u32| SignedDuration::from_hours(i64::from(attempts) + 1);
    let due = store.take_notice(now, wait).await.unwrap();
    due.map(|due| (due.filed.number, due.attempts))
}

on_both_stores! {
    async fn a_notice_is_taken_by_one_and_comes_again_until_it_is_settled(place: Place) {
        let store = place.create().await;
        let now = || Timestamp::now();
        file(&store, 1).await;
        assert_eq!((take(&store, now()).await, store.waiting_notices(now()).await.unwrap()), (None, (0, false)));
        let number = file_told(&store, 2).await;
        assert_eq!(file_told(&store, 2).await, number, "a second click tells nobody twice");
        // The store counts milliseconds; so it is due, an hour on, within the millisecond in which it is taken.
        let start = Timestamp::from_microsecond(now().as_millisecond() * 1000 + 1_456).unwrap();
        assert_eq!(store.waiting_notices(start).await.unwrap(), (1, true));
        let both = tokio::join!(take(&store, start), take(&store, start));
        assert!([(Some((number, 0)), None), (None, Some((number, 0)))].contains(&both), "{both:?}");
        assert_eq!(store.waiting_notices(start).await.unwrap(), (1, false));
        assert_eq!(take(&store, start + SignedDuration::from_mins(59)).await, None);
        store.close().await;
        // Whoever took it is gone; it waits for the next.
        let store = place.open().await;
        let later = start + SignedDuration::from_hours(1);
        assert_eq!(take(&store, later).await, Some((number, 1)));
        assert_eq!(take(&store, later + SignedDuration::from_mins(119)).await, None);
        store.settle_notice(number).await.unwrap();
        assert_eq!(take(&store, later + SignedDuration::from_hours(9)).await, None);
        assert!(store.enquiry(number).await.unwrap().is_some());
        // What is erased is told to nobody.
        let number = file_told(&store, 3).await;
        store.erase_enquiry(number).await.unwrap();
        assert_eq!(store.waiting_notices(now()).await.unwrap(), (0, false));
    }

    async fn an_enquiry_is_kept_as_it_was_filed(place: Place) {
        let store = place.create().await;
        let number = file(&store, 1).await;
        let filed = store.enquiry(number).await.unwrap().unwrap();
        assert_eq!(filed.number, number);
        assert_eq!(filed.enquiry, enquiry(leisnig(), "Ist sie noch frei (1)?"));
        assert_eq!((filed.state, filed.erase_after), (EnquiryState::New, day("2027-03-31")));
        assert!(filed.received <= jiff::Timestamp::now());
        let other = ReceiptNumber::from_random([0; 12]);
        assert_eq!(store.enquiry(other).await.unwrap(), None);
    }

    async fn a_sheet_that_is_sent_twice_is_one_enquiry(place: Place) {
        let store = place.create().await;
        let numbers_of_one = [file(&store, 1).await, file(&store, 1).await];
        assert_eq!(numbers_of_one[0], numbers_of_one[1]);
        assert_ne!(file(&store, 2).await, numbers_of_one[0]);
        assert_eq!(numbers(&store, Selection::default()).await.len(), 2);
        let at_once = tokio::join!(file(&store, 3), file(&store, 3));
        assert_eq!(at_once.0, at_once.1);
    }

    async fn each_municipality_finds_its_own_the_newest_first(place: Place) {
        let store = place.create().await;
        let erfurt = Ags::parse("16051000").unwrap();
        let (first, second) = (file(&store, 1).await, file(&store, 2).await);
        let foreign = store.file_enquiry(&enquiry(erfurt, "Hallo"), "3", day("2026-03-31"), false).await.unwrap();
        let of = |keys: &[Ags]| Selection { municipalities: Some(keys.to_vec()), ..Selection::default() };
        let all = store.enquiries(&Selection::default(), 10).await.unwrap();
        assert!(all.windows(2).all(|pair| pair[0].received >= pair[1].received), "{all:?}");
        assert_eq!(numbers(&store, of(&[erfurt])).await, [foreign]);
        assert_eq!(numbers(&store, of(&[])).await, []);
        assert_eq!(numbers(&store, of(&[leisnig(), erfurt])).await.len(), 3);
        let own = numbers(&store, of(&[leisnig()])).await;
        assert!(own.len() == 2 && own.contains(&first) && own.contains(&second), "{own:?}");

        // One after the other, each is seen once.
        let mut seen = Vec::new();
        let mut after = None;
        while let [filed] = &store.enquiries(&Selection { after, ..Selection::default() }, 1).await.unwrap()[..] {
            after = Some((filed.received, filed.number));
            seen.push(filed.clone());
        }
        assert_eq!(seen, all);

        store.set_enquiry_state(first, EnquiryState::Read, day("2026-04-01")).await.unwrap();
        let new = Selection { state: Some(EnquiryState::New), ..of(&[leisnig()]) };
        assert_eq!(numbers(&store, new).await, [second]);
    }

    async fn closing_shortens_the_time_it_is_kept(place: Place) {
        let store = place.create().await;
        let number = file(&store, 1).await;
        let set = async |state, today| store.set_enquiry_state(number, state, day(today)).await.unwrap().erase_after;
        assert_eq!(set(EnquiryState::Answered, "2026-04-02").await, day("2027-03-31"));
        assert_eq!(set(EnquiryState::Closed, "2026-04-10").await, day("2026-10-10"));
        // Said again it begins no new period, and taken back it gives none back.
        assert_eq!(set(EnquiryState::Closed, "2026-05-10").await, day("2026-10-10"));
        assert_eq!(set(EnquiryState::Answered, "2026-05-11").await, day("2026-10-10"));
        let filed = store.enquiry(number).await.unwrap().unwrap();
        assert_eq!((filed.state, filed.erase_after), (EnquiryState::Answered, day("2026-10-10")));
        let other = ReceiptNumber::from_random([0; 12]);
        let error = store.set_enquiry_state(other, EnquiryState::Read, day("2026-05-11")).await.unwrap_err();
        assert!(matches!(error, EnquiryError::Unknown { number } if number == other), "{error}");
    }

    async fn what_is_due_is_erased_and_nothing_else(place: Place) {
        let store = place.create().await;
        let (closed, open, asked) = (file(&store, 1).await, file(&store, 2).await, file(&store, 3).await);
        store.set_enquiry_state(closed, EnquiryState::Closed, day("2026-04-10")).await.unwrap();
        assert_eq!(store.erase_due_enquiries(day("2026-10-10")).await.unwrap(), 0);
        assert_eq!(store.erase_due_enquiries(day("2026-10-11")).await.unwrap(), 1);
        assert_eq!(store.enquiry(closed).await.unwrap(), None);
        store.erase_enquiry(asked).await.unwrap();
        assert_eq!(numbers(&store, Selection::default()).await, [open]);
        let error = store.erase_enquiry(asked).await.unwrap_err();
        assert_eq!(error.to_string(), format!("there is no enquiry {asked}"));
        assert_eq!(store.erase_due_enquiries(day("2027-04-01")).await.unwrap(), 1);
    }

    async fn the_journal_knows_nothing_of_enquiries(place: Place) {
        let store = place.create().await;
        put(&store, full()).await;
        let before = store.journal(Revision(0), 10).await.unwrap();
        let number = file(&store, 1).await;
        store.set_enquiry_state(number, EnquiryState::Closed, day("2026-04-10")).await.unwrap();
        store.erase_enquiry(number).await.unwrap();
        assert_eq!(store.journal(Revision(0), 10).await.unwrap(), before);
    }
}

#[tokio::test]
async fn an_erased_enquiry_is_nowhere_in_the_file() {
    let place = Place::geopackage();
    let store = place.create().await;
    let number = file_told(&store, 1).await;
    file(&store, 2).await;
    store.settle_notice(number).await.unwrap();
    let Location::GeoPackage(path) = &place.location else { panic!("no file") };
    let holds = |text: &str| std::fs::read(path).unwrap().windows(text.len()).any(|window| window == text.as_bytes());
    // Closed, the file holds all that was committed, and nothing lies beside it.
    store.close().await;
    assert!(holds("Ist sie noch frei (1)?") && holds(&number.to_string()));
    let store = place.open().await;
    store.erase_enquiry(number).await.unwrap();
    store.close().await;
    assert!(!holds("Ist sie noch frei (1)?") && !holds(&number.to_string()));
    assert!(holds("Ist sie noch frei (2)?"));
}
