//! Merging: under the lock, in one transaction, the staged changes become a revision.
//!
//! All of it is SQL over whole tables, the same for one edit and for a million rows.

use std::collections::BTreeMap;

use cadastre::{Kind, Revision, codes::PictureSubject, edit::Expected, record::Layer};
use jiff::Timestamp;

use super::{
    Author, Counts, Outcome, Source,
    stage::{LayerState, Stage, Writer},
};
use crate::{
    error::CommitError,
    geopackage, indexes,
    journal::{self, Touched},
    layers::{At, Catalogue, layers},
    picture,
    plan::{GEOMETRY, Holds, Table},
    session::{DatabaseError, Session},
    sql::{Dialect, quote},
};

/// From this many staged rows on it pays to prepare for bulk.
const BULK: u64 = 1000;

/// What the first half of a merge found out about one kind.
struct Plan<'a> {
    stage: &'a Stage,
    /// Whether the table has no rows: everything is new then.
    is_empty: bool,
    counts: Counts,
}

impl Writer {
    /// Draws a revision, of now or of an instant that is past, and writes the staged changes, or nothing if there is
    /// nothing to change.
    pub(super) async fn merge(
        mut self,
        by: Author,
        source: Option<Source>,
        dated: Option<Timestamp>,
        dry_run: bool,
    ) -> Result<Outcome, CommitError> {
        self.settle_replaced().await?;
        self.session.lock().await?;
        self.settle_layers().await?;
        if [Kind::Site, Kind::Vacancy].iter().any(|kind| self.stages.contains_key(kind)) {
            self.stage_of(&Kind::Picture).await?;
        }
        let Self { mut session, stages, files, .. } = self;
        let mut plans = Vec::new();
        for stage in stages.values() {
            if stage.table.kind == Kind::Picture {
                end_orphans(&mut session, stage, &plans).await?;
            }
            plans.push(classify(&mut session, stage).await?);
        }
        // Pictures that could have ended with their subject, and did not, are no part of what was asked for.
        plans.retain(|plan| plan.stage.table.kind != Kind::Picture || plan.counts != Counts::default());
        let counts: BTreeMap<Kind, Counts> =
            plans.iter().map(|plan| (plan.stage.table.kind.clone(), plan.counts)).collect();
        if dry_run || !counts.values().any(Counts::is_change) {
            // Dropping the session rolls back, new tables of layers included.
            return Ok(Outcome { revision: None, counts });
        }
        let (revision, at) = journal::draw(&mut session, dated).await?;
        let has_pictures = counts.get(&Kind::Picture).is_some_and(Counts::is_change);
        if has_pictures {
            picture::overwrite_deleted(&mut session, true).await?;
        }
        for plan in &plans {
            write(&mut session, plan, revision).await?;
        }
        if has_pictures {
            picture::settle(&mut session, files).await?;
            picture::overwrite_deleted(&mut session, false).await?;
        }
        let touched = touched(&mut session, &plans).await?;
        journal::append(&mut session, revision, at, &by, source.as_ref(), &counts, touched).await?;
        session.commit().await?;
        Ok(Outcome { revision: Some(revision), counts })
    }

    /// Gives staged layers their tables, ends the features of ended ones, and settles names of columns.
    async fn settle_layers(&mut self) -> Result<(), CommitError> {
        let concerns_layers = self.stages.keys().any(|kind| matches!(kind, Kind::Layer | Kind::Feature(_)));
        if !concerns_layers {
            return Ok(());
        }
        let mut catalogue = Catalogue::load(&mut self.session).await?;
        let stored = layers(&mut self.session, At::Current).await?;
        if self.stages.get(&Kind::Layer).is_some_and(|stage| stage.replaces) {
            let is_staged = |name: &String| self.layers.get(name).is_some_and(|state| state.is_staged);
            let ended = stored.iter().map(|layer| &layer.name).filter(|name| !is_staged(name));
            self.ended_layers.extend(ended.cloned());
        }
        self.settle_ended(&stored).await?;
        for layer in self.layers.keys().cloned().collect::<Vec<_>>() {
            self.settle_layer(&layer, &stored, &mut catalogue).await?;
        }
        Ok(())
    }

    /// The features of a layer end with it.
    async fn settle_ended(&mut self, stored: &[Layer]) -> Result<(), CommitError> {
        for layer in self.ended_layers.clone() {
            if self.layers.contains_key(&layer) {
                return Err(CommitError::UnknownLayer { layer });
            }
            if let Some(ended) = stored.iter().find(|stored| stored.name == layer) {
                let state = LayerState { columns: ended.columns.clone(), is_staged: false };
                self.layers.insert(layer.clone(), state);
                self.stage_of(&Kind::Feature(layer.into())).await?.replaces = true;
            }
        }
        Ok(())
    }

    async fn settle_layer(
        &mut self,
        layer: &str,
        stored: &[Layer],
        catalogue: &mut Catalogue,
    ) -> Result<(), CommitError> {
        let Some(LayerState { columns, is_staged }) = self.layers.get(layer).cloned() else { return Ok(()) };
        let stored = stored.iter().find(|stored| stored.name == layer).map(|stored| &stored.columns);
        if !is_staged && stored != Some(&columns) {
            return Err(CommitError::LayerChanged { layer: layer.to_owned() });
        }
        let kind = Kind::Feature(layer.into());
        if stored.is_some_and(|stored| *stored != columns) {
            self.stage_of(&kind).await?.reshapes = true;
        }
        let table = catalogue.ensure(&mut self.session, layer, &columns, &self.crs).await?;
        if let Some(stage) = self.stages.get_mut(&kind) {
            if !stage.is_for(&columns) {
                return Err(CommitError::LayerChanged { layer: layer.to_owned() });
            }
            stage.dropped = catalogue.dropped(layer, &columns);
            stage.table = table;
        }
        Ok(())
    }
}

/// Stages the end of pictures whose site or vacancy record ends. Kinds come in the order of [`Kind`]: those that pictures
/// are of have been classified.
async fn end_orphans(session: &mut Session, stage: &Stage, plans: &[Plan<'_>]) -> Result<(), DatabaseError> {
    for (kind, subject) in [(Kind::Site, PictureSubject::Site), (Kind::Vacancy, PictureSubject::Building)] {
        if let Some(ended) = plans.iter().find(|plan| plan.stage.table.kind == kind && plan.counts.ended > 0) {
            picture::end_with(session, &stage.name, subject, &ended.stage.name).await?;
        }
    }
    Ok(())
}

/// Checks what the edits expect, adds the ends of a replacement, drops what is unchanged, and counts.
async fn classify<'a>(session: &mut Session, stage: &'a Stage) -> Result<Plan<'a>, CommitError> {
    let (table, stage_name) = (quote(&stage.table.name), &stage.name);
    let key = quote(stage.table.key);
    let sql = format!("SELECT key FROM {stage_name} GROUP BY key HAVING count(*) > 1 LIMIT 1");
    if let Some(mut row) = session.query_one(&sql, Vec::new(), &[Holds::Text]).await? {
        return Err(CommitError::DuplicateKey { key: stage.table.key_of(row.text()?) });
    }
    let sql = format!("SELECT fid FROM {table} LIMIT 1");
    let is_empty = session.query_one(&sql, Vec::new(), &[Holds::Integer]).await?.is_none();
    if stage.rows > BULK && !is_empty {
        session.script(&format!("CREATE INDEX {stage_name}_key ON {stage_name} (key)")).await?;
        if session.dialect() == Dialect::Postgis {
            session.script(&format!("ANALYZE {stage_name}")).await?;
        }
    }
    if stage.is_conditional {
        check_expectations(session, stage).await?;
    }
    let mut counts = Counts::default();
    if !is_empty {
        if stage.replaces {
            let sql = format!(
                "INSERT INTO {stage_name} (ending, key) SELECT 1, t.{key} FROM {table} t \
                 WHERE NOT EXISTS (SELECT 1 FROM {stage_name} s WHERE s.key = t.{key})"
            );
            session.execute(&sql, Vec::new()).await?;
        }
        if stage.reshapes {
            take_along(session, stage).await?;
        } else {
            counts.unchanged = drop_unchanged(session, stage).await?;
        }
        let sql = format!(
            "UPDATE {stage_name} SET known = 1 WHERE EXISTS (SELECT 1 FROM {table} t WHERE t.{key} = {stage_name}.key)"
        );
        session.execute(&sql, Vec::new()).await?;
    }
    let sql = format!("SELECT ending, known, count(*) FROM {stage_name} GROUP BY ending, known");
    for mut row in session.query(&sql, Vec::new(), &[Holds::Integer; 3]).await? {
        match (row.integer()?, row.integer()?, row.count()?) {
            (1, _, count) => counts.ended += count,
            (_, 1, count) => counts.changed += count,
            (_, _, count) => counts.added += count,
        }
    }
    Ok(Plan { stage, is_empty, counts })
}

async fn check_expectations(session: &mut Session, stage: &Stage) -> Result<(), CommitError> {
    let (table, name, key) = (quote(&stage.table.name), &stage.name, quote(stage.table.key));
    let sql = format!(
        "SELECT s.key, s.expected, t.revision FROM {name} s LEFT JOIN {table} t ON t.{key} = s.key \
         WHERE (s.expected = -1 AND t.revision IS NOT NULL) \
         OR (s.expected >= 0 AND t.revision IS DISTINCT FROM s.expected) \
         OR (s.ending = 1 AND t.revision IS NULL) ORDER BY s.key LIMIT 1"
    );
    let holds = [Holds::Text, Holds::Integer, Holds::Integer];
    let Some(mut row) = session.query_one(&sql, Vec::new(), &holds).await? else { return Ok(()) };
    let key = stage.table.key_of(row.text()?);
    let expected = match row.optional_integer()? {
        None => return Err(CommitError::NotFound { key }),
        Some(-1) => Expected::Absent,
        Some(at) => Expected::At(Revision(at as u64)),
    };
    let found = row.optional_integer()?.map(|revision| Revision(revision as u64));
    Err(CommitError::Conflict { key, expected, found })
}

/// The columns of a record beside its key: name in the table, name in the stage.
fn columns(table: &Table) -> Vec<(String, String)> {
    let own = table.columns.iter().enumerate().map(|(i, column)| (quote(&column.name), format!("v{i}")));
    own.chain(table.is_spatial().then(|| (GEOMETRY.to_owned(), GEOMETRY.to_owned()))).collect()
}

async fn drop_unchanged(session: &mut Session, stage: &Stage) -> Result<u64, DatabaseError> {
    let (table, name, key) = (quote(&stage.table.name), &stage.name, quote(stage.table.key));
    let (own, staged): (Vec<String>, Vec<String>) = columns(&stage.table)
        .into_iter()
        .map(|(column, staged)| (format!("t.{column}"), format!("{name}.{staged}")))
        .unzip();
    // Compared as rows: hundreds of single comparisons are more than SQLite nests.
    let same = match own.len() {
        0 => String::new(),
        _ => format!(" AND ({}) IS NOT DISTINCT FROM ({})", own.join(", "), staged.join(", ")),
    };
    let sql = format!(
        "DELETE FROM {name} WHERE ending = 0 AND EXISTS (SELECT 1 FROM {table} t WHERE t.{key} = {name}.key{same})"
    );
    session.execute(&sql, Vec::new()).await
}

/// Stages the features that are not staged as they are: with other columns they are other records.
async fn take_along(session: &mut Session, stage: &Stage) -> Result<u64, DatabaseError> {
    let (table, name, key) = (quote(&stage.table.name), &stage.name, quote(stage.table.key));
    let columns = columns(&stage.table);
    let into: String = columns.iter().map(|(_, staged)| format!(", {staged}")).collect();
    let from: String = columns.iter().map(|(column, _)| format!(", t.{column}")).collect();
    let sql = format!(
        "INSERT INTO {name} (ending, key{into}) SELECT 0, t.{key}{from} FROM {table} t \
         WHERE NOT EXISTS (SELECT 1 FROM {name} s WHERE s.key = t.{key})"
    );
    session.execute(&sql, Vec::new()).await
}

/// Moves superseded rows to the history and writes the new ones.
async fn write(session: &mut Session, plan: &Plan<'_>, revision: Revision) -> Result<(), DatabaseError> {
    if !plan.counts.is_change() {
        return Ok(());
    }
    let table = &plan.stage.table;
    let tracks_extent = table.is_spatial() && session.dialect() == Dialect::GeoPackage;
    let extent = match tracks_extent {
        true => Some(geopackage::Extent::before(session, table, &plan.stage.name).await?),
        false => None,
    };
    if plan.counts.changed + plan.counts.ended > 0 {
        supersede(session, plan, revision).await?;
    }
    if plan.counts.added > 0 {
        add(session, plan, revision).await?;
    }
    if let Some(extent) = extent {
        extent.after(session, table).await?;
    }
    Ok(())
}

async fn supersede(session: &mut Session, plan: &Plan<'_>, revision: Revision) -> Result<(), DatabaseError> {
    let table = &plan.stage.table;
    let (name, history, stage, key) = (quote(&table.name), quote(&table.history()), &plan.stage.name, quote(table.key));
    let columns = columns(table);
    let dropped = plan.stage.dropped.iter().map(|column| quote(column));
    let personal: Vec<String> =
        table.columns.iter().filter(|column| column.is_personal).map(|column| quote(&column.name)).collect();
    let kept: String = columns
        .iter()
        .map(|(column, _)| column.clone())
        .filter(|column| !personal.contains(column))
        .chain(dropped.clone())
        .map(|column| format!(", {column}"))
        .collect();
    let sql = format!(
        "INSERT INTO {history} ({key}{kept}, from_revision, to_revision) \
         SELECT {key}{kept}, revision, {revision} FROM {name} WHERE {key} IN (SELECT key FROM {stage})"
    );
    session.execute(&sql, Vec::new()).await?;
    if plan.counts.ended > 0 {
        let sql = format!("DELETE FROM {name} WHERE {key} IN (SELECT key FROM {stage} WHERE ending = 1)");
        session.execute(&sql, Vec::new()).await?;
    }
    if plan.counts.changed > 0 {
        let filled = columns.iter().map(|(column, staged)| format!("{column} = s.{staged}, "));
        let set: String = filled.chain(dropped.map(|column| format!("{column} = NULL, "))).collect();
        let sql = format!(
            "UPDATE {name} SET {set}revision = {revision} FROM {stage} s \
             WHERE s.key = {name}.{key} AND s.ending = 0 AND s.known = 1"
        );
        session.execute(&sql, Vec::new()).await?;
    }
    Ok(())
}

async fn add(session: &mut Session, plan: &Plan<'_>, revision: Revision) -> Result<(), DatabaseError> {
    let table = &plan.stage.table;
    let (name, stage, key) = (quote(&table.name), &plan.stage.name, quote(table.key));
    let columns = columns(table);
    let into: String = columns.iter().map(|(column, _)| format!(", {column}")).collect();
    let from: String = columns.iter().map(|(_, staged)| format!(", {staged}")).collect();
    let sql = format!(
        "INSERT INTO {name} ({key}{into}, revision) SELECT key{from}, {revision} FROM {stage} \
         WHERE ending = 0 AND known = 0"
    );
    let in_bulk = plan.is_empty && plan.counts.added > BULK;
    if in_bulk {
        indexes::drop(session, table).await?;
    }
    session.execute(&sql, Vec::new()).await?;
    if in_bulk {
        indexes::create(session, table).await?;
    }
    Ok(())
}

/// The keys that were touched, if they are few enough for the journal.
async fn touched(session: &mut Session, plans: &[Plan<'_>]) -> Result<Touched, DatabaseError> {
    let total: u64 = plans.iter().map(|plan| plan.counts.added + plan.counts.changed + plan.counts.ended).sum();
    if total > journal::MAX_KEYS {
        return Ok(Touched::Many);
    }
    let mut keys = Vec::new();
    for plan in plans {
        let sql = format!("SELECT key FROM {} ORDER BY key", plan.stage.name);
        for mut row in session.query(&sql, Vec::new(), &[Holds::Text]).await? {
            keys.push(plan.stage.table.key_of(row.text()?).to_string());
        }
    }
    Ok(Touched::Keys(keys))
}
