//! Journal, history and rows: whether they tell the same story.

use std::collections::BTreeMap;

use super::{Finding, Severity};
use crate::{
    error::StoreError,
    plan::{Holds, Table},
    session::Session,
    sql::quote,
    write::Counts,
};

/// Most rows named for one kind of contradiction.
const NAMED: usize = 20;

/// Checks that the states of each record follow one another and lead to the current one or an end.
pub(super) async fn intervals(
    session: &mut Session,
    table: &Table,
    findings: &mut Vec<Finding>,
) -> Result<(), StoreError> {
    let (name, history, key) = (quote(&table.name), quote(&table.history()), quote(table.key));
    let checks = [
        (
            format!("SELECT {key} FROM {history} WHERE from_revision >= to_revision OR from_revision < 1"),
            "a superseded row does not end after it begins",
        ),
        (
            format!(
                "SELECT {key} FROM (SELECT {key}, to_revision, \
                 lead(from_revision) OVER (PARTITION BY {key} ORDER BY from_revision, fid) AS following FROM {history}) h \
                 WHERE following < to_revision"
            ),
            "two superseded rows overlap",
        ),
        (
            format!(
                "SELECT t.{key} FROM {name} t WHERE EXISTS \
                 (SELECT 1 FROM {history} h WHERE h.{key} = t.{key} AND h.to_revision > t.revision)"
            ),
            "a superseded row is newer than the current one",
        ),
    ];
    for (sql, meaning) in checks {
        let sql = format!("{sql} ORDER BY 1 LIMIT {NAMED}");
        for mut row in session.query(&sql, Vec::new(), &[Holds::Text]).await? {
            findings.push(Finding::of_row(Severity::Error, &table.history(), row.text()?, meaning));
        }
    }
    Ok(())
}

/// What a revision did to one kind, as the rows tell it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Traces {
    /// Rows that begin with it.
    written: u64,
    /// Rows that end with it.
    superseded: u64,
}

/// Checks that the journal has no gap and that its counts are those of the rows.
pub(super) async fn journal(
    session: &mut Session,
    tables: &[&Table],
    findings: &mut Vec<Finding>,
) -> Result<(), StoreError> {
    let mut traces = traces(session, tables).await?;
    let mut expected = 0;
    loop {
        let sql =
            format!("SELECT revision, counts FROM journal WHERE revision > {expected} ORDER BY revision LIMIT 1000");
        let page = session.query(&sql, Vec::new(), &[Holds::Integer, Holds::Json]).await?;
        if page.is_empty() {
            break;
        }
        for mut row in page {
            let revision = row.count()?;
            if revision != expected + 1 {
                findings.push(Finding::new(
                    Severity::Error,
                    "journal",
                    format!("revision {} is missing", expected + 1),
                ));
            }
            expected = revision;
            let text = row.text()?;
            match serde_json::from_str::<BTreeMap<String, Counts>>(&text) {
                Err(error) => {
                    let text = format!("counts cannot be read: {error}");
                    findings.push(Finding::of_row(Severity::Error, "journal", revision.to_string(), text));
                }
                Ok(counts) => compare(revision, &counts, &mut traces, findings),
            }
        }
    }
    findings.push(Finding::new(Severity::Info, "journal", format!("head is revision {expected}")));
    for ((revision, kind), _) in traces {
        let text = format!("rows of {kind} belong to this revision, of which the journal knows nothing");
        findings.push(Finding::of_row(Severity::Error, "journal", revision.to_string(), text));
    }
    Ok(())
}

/// Takes the traces of a revision and compares them with its entry.
fn compare(
    revision: u64,
    counts: &BTreeMap<String, Counts>,
    traces: &mut BTreeMap<(u64, String), Traces>,
    findings: &mut Vec<Finding>,
) {
    for (kind, counts) in counts {
        let found = traces.remove(&(revision, kind.clone())).unwrap_or_default();
        let told = Traces { written: counts.added + counts.changed, superseded: counts.changed + counts.ended };
        if found != told {
            let text = format!(
                "of {kind} it says {} rows written and {} superseded, there are {} and {}",
                told.written, told.superseded, found.written, found.superseded
            );
            findings.push(Finding::of_row(Severity::Error, "journal", revision.to_string(), text));
        }
    }
}

/// Counts, by revision and kind, the rows that begin and end with it.
async fn traces(session: &mut Session, tables: &[&Table]) -> Result<BTreeMap<(u64, String), Traces>, StoreError> {
    let mut traces: BTreeMap<(u64, String), Traces> = BTreeMap::new();
    for table in tables {
        let (name, history, kind) = (quote(&table.name), quote(&table.history()), table.kind.name());
        for (is_written, column, table) in
            [(true, "revision", &name), (true, "from_revision", &history), (false, "to_revision", &history)]
        {
            let sql = format!("SELECT {column}, count(*) FROM {table} GROUP BY {column}");
            for mut row in session.query(&sql, Vec::new(), &[Holds::Integer; 2]).await? {
                let (revision, rows) = (row.count()?, row.count()?);
                let trace = traces.entry((revision, kind.clone())).or_default();
                *(if is_written { &mut trace.written } else { &mut trace.superseded }) += rows;
            }
        }
    }
    Ok(traces)
}
