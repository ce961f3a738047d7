//! Staging: changes wait in temporary tables, one a kind, that no other session sees.

use std::collections::{BTreeMap, BTreeSet};

use cadastre::{
    Edit, Kind, Problem, Record, Revision, Value,
    edit::{Change, Expected},
    record::{Column, Layer},
};

use crate::{
    Store,
    crs::StoreCrs,
    error::{CommitError, Unstorable},
    layers::{At, layers},
    picture::PictureFile,
    plan::{self, Holds, Row, Table, feature_table},
    session::{Cell, Session, Target},
};

/// Most columns a layer can have: both databases take more, nobody reads them.
const MAX_COLUMNS: usize = 500;

/// A change in the making.
pub(crate) struct Writer {
    pub(super) session: Session,
    pub(super) crs: StoreCrs,
    pub(super) stages: BTreeMap<Kind, Stage>,
    /// Columns of the layers whose features are staged, and of the layers staged themselves.
    pub(super) layers: BTreeMap<String, LayerState>,
    pub(super) ended_layers: BTreeSet<String>,
    replaced: BTreeSet<Kind>,
    /// Files of the pictures staged.
    pub(super) files: Vec<PictureFile>,
}

#[derive(Clone)]
pub(super) struct LayerState {
    pub(super) columns: Vec<Column>,
    /// Whether the layer's own record is part of the change.
    pub(super) is_staged: bool,
}

/// The staged changes of one kind.
pub(super) struct Stage {
    pub(super) table: Table,
    /// Name of the temporary table.
    pub(super) name: String,
    pub(super) rows: u64,
    /// Whether an edit expects something or ends a record.
    pub(super) is_conditional: bool,
    /// Whether records that are not staged end.
    pub(super) replaces: bool,
    /// Whether the columns of the layer change: then every feature does, staged or not.
    pub(super) reshapes: bool,
    /// Columns of a layer's table that the layer has no more: kept in the history, null in new rows.
    pub(super) dropped: Vec<String>,
}

impl Stage {
    /// Whether it was made for just these columns of a layer.
    pub(super) fn is_for(&self, columns: &[Column]) -> bool {
        self.table.columns.len() == columns.len()
            && self
                .table
                .columns
                .iter()
                .zip(columns)
                .all(|(own, column)| own.name == column.name.as_str() && own.holds == Holds::from(column.kind))
    }

    fn target(&self) -> Target {
        let mut columns: Vec<(String, Holds)> = vec![
            ("ending".to_owned(), Holds::Integer),
            ("expected".to_owned(), Holds::Integer),
            ("key".to_owned(), Holds::Text),
        ];
        columns.extend(self.table.columns.iter().enumerate().map(|(i, column)| (format!("v{i}"), column.holds)));
        if self.table.is_spatial() {
            columns.push((plan::GEOMETRY.to_owned(), Holds::Geometry));
        }
        Target { table: self.name.clone(), columns }
    }

    /// A put as cells of the target.
    fn put(&self, row: Row, expected: Expected, encode: impl Fn(&cadastre::geometry::Geometry) -> Cell) -> Vec<Cell> {
        let mut cells = vec![integer(0), expectation(expected), Cell::Value(Value::text(row.key))];
        cells.extend(row.values.into_iter().map(Cell::Value));
        if self.table.is_spatial() {
            cells.push(row.geometry.as_ref().map_or(Cell::NULL, encode));
        }
        cells
    }

    /// An end as cells of the target.
    fn end(&self, id: String, expected: Expected) -> Vec<Cell> {
        let mut cells = vec![integer(1), expectation(expected), Cell::Value(Value::text(id))];
        cells.resize(self.target().columns.len(), Cell::NULL);
        cells
    }
}

fn integer(number: i64) -> Cell {
    Cell::Value(Value::Integer(number))
}

/// What an edit expects, as a number: null anything, -1 nothing, otherwise the revision.
fn expectation(expected: Expected) -> Cell {
    match expected {
        Expected::Any => Cell::NULL,
        Expected::Absent => integer(-1),
        Expected::At(Revision(at)) => integer(i64::try_from(at).unwrap_or(i64::MAX)),
    }
}

/// A batch on its way into the stages.
#[derive(Default)]
struct Batch {
    rows: BTreeMap<Kind, Vec<Vec<Cell>>>,
    unstorable: Vec<Unstorable>,
}

impl Writer {
    pub(super) async fn begin(store: &Store) -> Result<Self, CommitError> {
        Ok(Self {
            session: store.backend().stage().await?,
            crs: store.crs().clone(),
            stages: BTreeMap::new(),
            layers: BTreeMap::new(),
            ended_layers: BTreeSet::new(),
            replaced: BTreeSet::new(),
            files: Vec::new(),
        })
    }

    /// Notes that records of the kind that are not staged end.
    pub(super) fn replace(&mut self, kind: Kind) {
        self.replaced.insert(kind);
    }

    /// Stages a batch: all of it, or on an error nothing of it.
    pub(super) async fn stage(&mut self, edits: Vec<Edit>) -> Result<(), CommitError> {
        let mut batch = Batch::default();
        for edit in edits {
            self.stage_edit(edit, &mut batch).await?;
        }
        if !batch.unstorable.is_empty() {
            return Err(CommitError::Unstorable { records: batch.unstorable });
        }
        for (kind, rows) in batch.rows {
            let Some(stage) = self.stages.get_mut(&kind) else { continue };
            stage.rows += rows.len() as u64;
            let target = stage.target();
            self.session.insert(&target, rows).await?;
        }
        Ok(())
    }

    async fn stage_edit(&mut self, edit: Edit, batch: &mut Batch) -> Result<(), CommitError> {
        let key = edit.key();
        let expected = edit.expected;
        let (dialect, srid) = (self.session.dialect(), self.crs.srid());
        let mut problems = Vec::new();
        if let Change::Put(record) = &edit.change
            && let Record::Layer(layer) = &**record
        {
            problems = layer_problems(layer);
            let state = LayerState { columns: layer.columns.clone(), is_staged: true };
            self.layers.insert(layer.name.clone(), state);
        }
        let stage = self.stage_of(&key.kind).await?;
        let cells = match edit.change {
            Change::Put(record) => {
                let row = plan::row(*record);
                problems.extend(plan::problems(&stage.table, &row));
                if !problems.is_empty() {
                    batch.unstorable.push(Unstorable { key, problems });
                    return Ok(());
                }
                stage.is_conditional |= expected != Expected::Any;
                stage.put(row, expected, |geometry| dialect.encode(geometry, srid))
            }
            Change::End(_) => {
                if let Some(problem) = plan::key_problem(&stage.table, &key.id) {
                    batch.unstorable.push(Unstorable { key, problems: vec![problem] });
                    return Ok(());
                }
                stage.is_conditional = true;
                let cells = stage.end(key.id.clone(), expected);
                if key.kind == Kind::Layer {
                    self.ended_layers.insert(key.id.clone());
                }
                cells
            }
        };
        batch.rows.entry(key.kind).or_default().push(cells);
        Ok(())
    }

    /// The stage of a kind; made if there is none.
    pub(super) async fn stage_of(&mut self, kind: &Kind) -> Result<&mut Stage, CommitError> {
        if !self.stages.contains_key(kind) {
            let table = match (plan::table(kind), kind) {
                (Some(table), _) => table.clone(),
                (None, Kind::Feature(layer)) => self.feature_table(layer).await?,
                (None, _) => unreachable!("every kind but features has a table in the plan"),
            };
            self.create_stage(kind, table).await?;
        }
        self.stages.get_mut(kind).ok_or_else(|| unreachable!("the stage was just made"))
    }

    /// The table of a layer with the names of its columns still open: they are settled under the lock.
    async fn feature_table(&mut self, layer: &str) -> Result<Table, CommitError> {
        if !self.layers.contains_key(layer) {
            let stored = layers(&mut self.session, At::Current).await?;
            let Some(stored) = stored.into_iter().find(|stored| stored.name == layer) else {
                return Err(CommitError::UnknownLayer { layer: layer.to_owned() });
            };
            let state = LayerState { columns: stored.columns, is_staged: false };
            self.layers.insert(layer.to_owned(), state);
        }
        let columns = self.layers.get(layer).map_or(&[][..], |state| state.columns.as_slice());
        Ok(feature_table(layer, columns, columns.iter().map(|column| column.name.clone()).collect()))
    }

    async fn create_stage(&mut self, kind: &Kind, table: Table) -> Result<(), CommitError> {
        let dialect = self.session.dialect();
        let replaces = self.replaced.contains(kind);
        let name = format!("stage_{}", self.stages.len());
        let dropped = Vec::new();
        let stage = Stage { table, name, rows: 0, is_conditional: false, replaces, reshapes: false, dropped };
        let columns: Vec<String> = stage
            .target()
            .columns
            .iter()
            .map(|(name, holds)| format!("{name} {}", dialect.column_type(*holds)))
            .collect();
        let on_commit = match dialect {
            crate::sql::Dialect::GeoPackage => "",
            crate::sql::Dialect::Postgis => " ON COMMIT DROP",
        };
        let known = dialect.column_type(Holds::Integer);
        let sql = format!(
            "CREATE TEMP TABLE {} (known {known} NOT NULL DEFAULT 0, {}){on_commit}",
            stage.name,
            columns.join(", ")
        );
        self.session.script(&sql).await?;
        self.stages.insert(kind.clone(), stage);
        Ok(())
    }

    /// Makes the stages of kinds that are replaced whole, also of those nothing was staged for.
    pub(super) async fn settle_replaced(&mut self) -> Result<(), CommitError> {
        for kind in self.replaced.clone() {
            self.stage_of(&kind).await?.replaces = true;
        }
        Ok(())
    }
}

fn layer_problems(layer: &Layer) -> Vec<Problem> {
    let mut problems = Vec::new();
    if layer.columns.len() > MAX_COLUMNS {
        let reason = format!("must be at most {MAX_COLUMNS}, there are {}", layer.columns.len());
        problems.push(Problem::new("columns", reason));
    }
    let mut seen = BTreeSet::new();
    for column in &layer.columns {
        if !seen.insert(&column.name) {
            problems.push(Problem::new("columns", format!("must not have the name \"{}\" twice", column.name)));
        }
        if column.name.contains('\0') {
            problems.push(Problem::new("columns", "must not have a NUL character in a name"));
        }
    }
    problems
}
