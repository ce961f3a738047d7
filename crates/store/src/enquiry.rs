//! Enquiries: personal data in a table of their own, outside of journal and history, and erased in time.

use cadastre::{
    Ags, Day, Enquiry, ReceiptNumber, Value,
    codes::{CodeList, EnquiryState, EnquiryTopic},
    enquiry::{self, Filed, Topic},
    texts::Language,
};
use jiff::Timestamp;

use crate::{
    Store,
    error::StoreError,
    journal, notice,
    plan::{Holds, RowError},
    random,
    session::{Answer, Cell, DatabaseError, Param, Session, instant, integer, optional_text, text},
    sql::Dialect,
};

/// Name of the table.
pub(crate) const TABLE: &str = "enquiry";

/// Every column of the table, with what it holds; `form` comes last, as nobody reads it.
pub(crate) const COLUMNS: [(&str, Holds); 14] = {
    use Holds::{Date, Text, Timestamp};
    [
        ("number", Text),
        ("received", Timestamp),
        ("ags", Text),
        ("topic", Text),
        ("topic_id", Text),
        ("title", Text),
        ("name", Text),
        ("mail", Text),
        ("phone", Text),
        ("message", Text),
        ("language", Text),
        ("state", Text),
        ("erase_after", Date),
        ("form", Text),
    ]
};

/// Which enquiries are wanted, and from where on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Only those asked of these municipalities; `None`: of all.
    pub municipalities: Option<Vec<Ags>>,
    /// Only those in this state.
    pub state: Option<EnquiryState>,
    /// Only those that come after this one, the newest being first.
    pub after: Option<(Timestamp, ReceiptNumber)>,
}

/// An enquiry cannot be kept as asked.
#[derive(Debug, thiserror::Error)]
pub enum EnquiryError {
    /// No such number, or erased.
    #[error("there is no enquiry {number}")]
    Unknown {
        /// What was asked for.
        number: ReceiptNumber,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DatabaseError> for EnquiryError {
    fn from(source: DatabaseError) -> Self {
        Self::Store(source.into())
    }
}

impl Store {
    /// Files an enquiry received on this day and returns its number. `form` is the random number of the sheet that was
    /// filled in: the same sheet sent again is not filed again, and gets the number that it has. With `is_told` a notice
    /// of it goes into the outbox in the same transaction.
    ///
    /// As with a commit, once this returns the enquiry survives a loss of power.
    pub async fn file_enquiry(
        &self,
        enquiry: &Enquiry,
        form: &str,
        received_on: Day,
        is_told: bool,
    ) -> Result<ReceiptNumber, StoreError> {
        let mut session = self.backend().write().await?;
        let sql = "SELECT number FROM enquiry WHERE form = $1";
        if let Some(mut row) = session.query_one(sql, vec![text(form)], &[Holds::Text]).await? {
            return parsed("number", &row.text()?, ReceiptNumber::parse);
        }
        let number = ReceiptNumber::from_random(random::bytes()?);
        let Enquiry { topic, name, mail, phone, message, language } = enquiry;
        let params = vec![
            text(number.to_string()),
            instant(Some(journal::now())),
            text(topic.ags.as_str()),
            text(topic.kind.code()),
            optional_text(topic.id.as_deref()),
            text(topic.title.as_str()),
            optional_text(name.as_deref()),
            optional_text(mail.as_deref()),
            optional_text(phone.as_deref()),
            text(message.as_str()),
            text(language.code()),
            text(EnquiryState::New.code()),
            day(enquiry::erase_after(received_on)),
            text(form),
        ];
        let places: Vec<String> = (1..=COLUMNS.len()).map(|place| format!("${place}")).collect();
        let sql = format!("INSERT INTO {TABLE} ({}) VALUES ({})", names(COLUMNS.len()), places.join(", "));
        session.execute(&sql, params).await?;
        if is_told {
            notice::put(&mut session, number).await?;
        }
        session.commit().await?;
        Ok(number)
    }

    /// Enquiries, the newest first, at most `limit`.
    pub async fn enquiries(&self, wanted: &Selection, limit: u32) -> Result<Vec<Filed>, StoreError> {
        let mut params = Vec::new();
        let mut conditions = Vec::new();
        let mut place = |param: Param| {
            params.push(param);
            format!("${}", params.len())
        };
        match wanted.municipalities.as_deref() {
            None => {}
            Some([]) => return Ok(Vec::new()),
            Some(keys) => {
                let places: Vec<String> = keys.iter().map(|ags| place(text(ags.as_str()))).collect();
                conditions.push(format!("ags IN ({})", places.join(", ")));
            }
        }
        if let Some(state) = wanted.state {
            conditions.push(format!("state = {}", place(text(state.code()))));
        }
        if let Some((received, number)) = wanted.after {
            let (received, number) = (place(instant(Some(received))), place(text(number.to_string())));
            conditions.push(format!("(received, number) < ({received}, {number})"));
        }
        let conditions =
            if conditions.is_empty() { String::new() } else { format!("WHERE {}", conditions.join(" AND ")) };
        let limit = place(integer(limit.into()));
        let sql = format!(
            "SELECT {} FROM {TABLE} {conditions} ORDER BY received DESC, number DESC LIMIT {limit}",
            names(HOLDS.len())
        );
        let mut session = self.backend().read().await?;
        session.query(&sql, params, &HOLDS).await?.into_iter().map(filed).collect()
    }

    /// The enquiry with this number.
    pub async fn enquiry(&self, number: ReceiptNumber) -> Result<Option<Filed>, StoreError> {
        find(&mut self.backend().read().await?, number).await
    }

    /// Sets how far an enquiry has come; closing it today begins the shorter period after which it is erased.
    pub async fn set_enquiry_state(
        &self,
        number: ReceiptNumber,
        state: EnquiryState,
        today: Day,
    ) -> Result<Filed, EnquiryError> {
        let mut session = self.backend().write().await?;
        let found = find(&mut session, number).await?.ok_or(EnquiryError::Unknown { number })?;
        let is_closed_now = state == EnquiryState::Closed && found.state != EnquiryState::Closed;
        let erase_after = match is_closed_now {
            true => enquiry::erase_after_closing(found.erase_after, today),
            false => found.erase_after,
        };
        let sql = "UPDATE enquiry SET state = $1, erase_after = $2 WHERE number = $3";
        session.execute(sql, vec![text(state.code()), day(erase_after), text(number.to_string())]).await?;
        session.commit().await?;
        Ok(Filed { state, erase_after, ..found })
    }

    /// Erases an enquiry (Art. 17 GDPR): no row is left of it.
    pub async fn erase_enquiry(&self, number: ReceiptNumber) -> Result<(), EnquiryError> {
        match self.erase("number = $1", vec![text(number.to_string())]).await? {
            0 => Err(EnquiryError::Unknown { number }),
            _ => Ok(()),
        }
    }

    /// Erases what was to be kept until yesterday at the longest; returns how many that were.
    pub async fn erase_due_enquiries(&self, today: Day) -> Result<u64, StoreError> {
        self.erase("erase_after < $1", vec![day(today)]).await
    }

    async fn erase(&self, condition: &str, params: Vec<Param>) -> Result<u64, StoreError> {
        let mut session = self.backend().write().await?;
        overwrite_deleted(&mut session, true).await?;
        let erased = session.execute(&format!("DELETE FROM {TABLE} WHERE {condition}"), params).await?;
        notice::sweep(&mut session).await?;
        overwrite_deleted(&mut session, false).await?;
        session.commit().await?;
        Ok(erased)
    }
}

/// SQLite leaves the bytes of a deleted row in the file, unless it is told to overwrite them.
pub(crate) async fn overwrite_deleted(session: &mut Session, yes: bool) -> Result<(), DatabaseError> {
    match session.dialect() {
        Dialect::GeoPackage if yes => session.script("PRAGMA secure_delete = ON").await,
        Dialect::GeoPackage => session.script("PRAGMA secure_delete = OFF").await,
        Dialect::Postgis => Ok(()),
    }
}

/// What the columns hold that are read.
const HOLDS: [Holds; 13] = {
    let mut holds = [Holds::Text; 13];
    let mut i = 0;
    while i < holds.len() {
        holds[i] = COLUMNS[i].1;
        i += 1;
    }
    holds
};

/// Names of the first columns.
fn names(count: usize) -> String {
    let names: Vec<&str> = COLUMNS.iter().take(count).map(|(name, _)| *name).collect();
    names.join(", ")
}

fn day(day: Day) -> Param {
    (Holds::Date, Cell::Value(Value::Date(day)))
}

pub(crate) async fn find(session: &mut Session, number: ReceiptNumber) -> Result<Option<Filed>, StoreError> {
    let sql = format!("SELECT {} FROM {TABLE} WHERE number = $1", names(HOLDS.len()));
    session.query_one(&sql, vec![text(number.to_string())], &HOLDS).await?.map(filed).transpose()
}

fn filed(mut row: Answer) -> Result<Filed, StoreError> {
    let number = parsed("number", &row.text()?, ReceiptNumber::parse)?;
    let received = row.instant()?;
    let topic = Topic {
        ags: parsed("ags", &row.text()?, Ags::parse)?,
        kind: parsed("topic", &row.text()?, |code| EnquiryTopic::from_code(code).ok_or("is no topic"))?,
        id: row.optional_text()?,
        title: row.text()?,
    };
    let (name, mail, phone) = (row.optional_text()?, row.optional_text()?, row.optional_text()?);
    let message = row.text()?;
    let language = parsed("language", &row.text()?, |code| Language::from_code(code).ok_or("is no language"))?;
    let state = parsed("state", &row.text()?, |code| EnquiryState::from_code(code).ok_or("is no state"))?;
    let erase_after = row.day()?;
    let enquiry = Enquiry { topic, name, mail, phone, message, language };
    Ok(Filed { number, received, enquiry, state, erase_after })
}

/// What a column says; the error names the column and never what it holds, which may be personal.
fn parsed<T, E: ToString>(
    column: &str,
    value: &str,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, StoreError> {
    parse(value).map_err(|error| StoreError::Row {
        table: TABLE.to_owned(),
        key: String::new(),
        source: RowError::new(column, error.to_string()),
    })
}
