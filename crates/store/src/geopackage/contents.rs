//! What makes a table a layer to QGIS and GDAL: its rows in the `gpkg_…` tables, its R-tree, its extent.
//!
//! Source: OGC 12-128r18, § 2.1 (Features), § 2.4 (Attributes), Annex F.3 (RTree Spatial Indexes).

use cadastre::Value;

use crate::{
    crs::StoreCrs,
    plan::{GEOMETRY, Holds, Shape, Table},
    session::{Cell, DatabaseError, Param, Session, integer, text},
    sql::quote,
};

const REALS: [Holds; 4] = [Holds::Real; 4];
const BOUNDS: &str = "min(ST_MinX(geom)), min(ST_MinY(geom)), max(ST_MaxX(geom)), max(ST_MaxY(geom))";

fn rtree(table: &Table) -> String {
    format!("rtree_{}_{GEOMETRY}", table.name)
}

/// Registers a table; a spatial one gets its R-tree.
pub(crate) async fn register(session: &mut Session, table: &Table, crs: &StoreCrs) -> Result<(), DatabaseError> {
    let data_type = if table.is_spatial() { "features" } else { "attributes" };
    session
        .execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES ($1, $2, $3, $4)",
            vec![text(table.name.as_str()), text(data_type), text(table.name.as_str()), integer(crs.srid().into())],
        )
        .await?;
    if !table.is_spatial() {
        return Ok(());
    }
    let shape = if matches!(table.shape, Shape::MultiPolygon { .. }) { "MULTIPOLYGON" } else { "GEOMETRY" };
    session
        .execute(
            "INSERT INTO gpkg_geometry_columns (table_name, column_name, geometry_type_name, srs_id, z, m) \
             VALUES ($1, 'geom', $2, $3, 0, 0)",
            vec![text(table.name.as_str()), text(shape), integer(crs.srid().into())],
        )
        .await?;
    session
        .execute(
            "INSERT INTO gpkg_extensions (table_name, column_name, extension_name, definition, scope) \
             VALUES ($1, 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')",
            vec![text(table.name.as_str())],
        )
        .await?;
    create_rtree(session, table).await
}

/// Drops a spatial table with all that [`register`] made.
pub(crate) async fn unregister(session: &mut Session, table: &Table) -> Result<(), DatabaseError> {
    for registry in ["gpkg_extensions", "gpkg_geometry_columns", "gpkg_contents"] {
        session
            .execute(&format!("DELETE FROM {registry} WHERE table_name = $1"), vec![text(table.name.as_str())])
            .await?;
    }
    drop_rtree(session, table).await?;
    session.script(&format!("DROP TABLE {}", quote(&table.name))).await
}

const FILLED: &str = "NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom)";
const NEW_BOX: &str = "NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)";

/// The triggers of an R-tree, named and numbered as in the standard.
const TRIGGERS: [&str; 7] = ["insert", "update6", "update7", "update2", "update5", "update4", "delete"];

fn triggers(table: &Table) -> String {
    let (name, tree) = (quote(&table.name), quote(&rtree(table)));
    let empty = "(NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))";
    let was_filled = "(OLD.geom NOTNULL AND NOT ST_IsEmpty(OLD.geom))";
    let was_empty = "(OLD.geom ISNULL OR ST_IsEmpty(OLD.geom))";
    let bodies = [
        format!("AFTER INSERT ON {name} WHEN ({FILLED}) BEGIN INSERT OR REPLACE INTO {tree} VALUES ({NEW_BOX}); END"),
        format!(
            "AFTER UPDATE OF geom ON {name} WHEN OLD.fid = NEW.fid AND ({FILLED}) AND {was_filled} \
             BEGIN UPDATE {tree} SET minx = ST_MinX(NEW.geom), maxx = ST_MaxX(NEW.geom), miny = ST_MinY(NEW.geom), \
             maxy = ST_MaxY(NEW.geom) WHERE id = NEW.fid; END"
        ),
        format!(
            "AFTER UPDATE OF geom ON {name} WHEN OLD.fid = NEW.fid AND ({FILLED}) AND {was_empty} \
             BEGIN INSERT INTO {tree} VALUES ({NEW_BOX}); END"
        ),
        format!(
            "AFTER UPDATE OF geom ON {name} WHEN OLD.fid = NEW.fid AND {empty} \
             BEGIN DELETE FROM {tree} WHERE id = OLD.fid; END"
        ),
        format!(
            "AFTER UPDATE ON {name} WHEN OLD.fid != NEW.fid AND ({FILLED}) \
             BEGIN DELETE FROM {tree} WHERE id = OLD.fid; INSERT OR REPLACE INTO {tree} VALUES ({NEW_BOX}); END"
        ),
        format!(
            "AFTER UPDATE ON {name} WHEN OLD.fid != NEW.fid AND {empty} \
             BEGIN DELETE FROM {tree} WHERE id IN (OLD.fid, NEW.fid); END"
        ),
        format!("AFTER DELETE ON {name} WHEN OLD.geom NOTNULL BEGIN DELETE FROM {tree} WHERE id = OLD.fid; END"),
    ];
    TRIGGERS
        .iter()
        .zip(bodies)
        .map(|(suffix, body)| format!("CREATE TRIGGER {} {body};\n", quote(&format!("{}_{suffix}", rtree(table)))))
        .collect()
}

/// Makes the R-tree of the rows that are there, and the triggers that keep it.
pub(crate) async fn create_rtree(session: &mut Session, table: &Table) -> Result<(), DatabaseError> {
    let (name, tree) = (quote(&table.name), quote(&rtree(table)));
    session
        .script(&format!(
            "CREATE VIRTUAL TABLE {tree} USING rtree(id, minx, maxx, miny, maxy); \
             INSERT INTO {tree} SELECT fid, ST_MinX(geom), ST_MaxX(geom), ST_MinY(geom), ST_MaxY(geom) FROM {name} \
             WHERE geom NOTNULL AND NOT ST_IsEmpty(geom)"
        ))
        .await?;
    session.script(&triggers(table)).await
}

/// Drops the R-tree and its triggers: many rows are written or deleted quicker without.
pub(crate) async fn drop_rtree(session: &mut Session, table: &Table) -> Result<(), DatabaseError> {
    let tree = rtree(table);
    let drops: String =
        TRIGGERS.iter().map(|suffix| format!("DROP TRIGGER {}; ", quote(&format!("{tree}_{suffix}")))).collect();
    session.script(&format!("{drops}DROP TABLE {}", quote(&tree))).await
}

/// The extent of a table in `gpkg_contents`, kept true by each change without reading the whole table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    recorded: Option<[f64; 4]>,
    superseded: Option<[f64; 4]>,
    added: Option<[f64; 4]>,
}

impl Extent {
    /// Notes what is about to change; called before the rows are written.
    pub(crate) async fn before(session: &mut Session, table: &Table, stage: &str) -> Result<Self, DatabaseError> {
        let (name, key) = (quote(&table.name), quote(table.key));
        let recorded = "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = $1";
        let superseded =
            format!("SELECT {BOUNDS} FROM {name} WHERE {key} IN (SELECT key FROM {stage} WHERE known = 1)");
        let added = format!("SELECT {BOUNDS} FROM {stage} WHERE ending = 0");
        Ok(Self {
            recorded: bounds(session, recorded, vec![text(table.name.as_str())]).await?,
            superseded: bounds(session, &superseded, Vec::new()).await?,
            added: bounds(session, &added, Vec::new()).await?,
        })
    }

    /// Records the extent after the rows were written.
    pub(crate) async fn after(self, session: &mut Session, table: &Table) -> Result<(), DatabaseError> {
        let may_shrink = matches!((self.recorded, self.superseded), (Some(all), Some(part)) if touch(all, part));
        if may_shrink {
            refresh_extent(session, table).await
        } else {
            record_extent(session, table, union(self.recorded, self.added)).await
        }
    }
}

/// Records the extent of all that is in the table.
pub(crate) async fn refresh_extent(session: &mut Session, table: &Table) -> Result<(), DatabaseError> {
    let extent = bounds(session, &format!("SELECT {BOUNDS} FROM {}", quote(&table.name)), Vec::new()).await?;
    record_extent(session, table, extent).await
}

async fn record_extent(session: &mut Session, table: &Table, extent: Option<[f64; 4]>) -> Result<(), DatabaseError> {
    let number = |i: usize| {
        let value = extent.map_or(Value::Null, |bounds| Value::Real(bounds[i]));
        (Holds::Real, Cell::Value(value))
    };
    let sql = "UPDATE gpkg_contents SET min_x = $1, min_y = $2, max_x = $3, max_y = $4, \
               last_change = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE table_name = $5";
    let params = vec![number(0), number(1), number(2), number(3), text(table.name.as_str())];
    session.execute(sql, params).await?;
    Ok(())
}

async fn bounds(session: &mut Session, sql: &str, params: Vec<Param>) -> Result<Option<[f64; 4]>, DatabaseError> {
    let Some(mut row) = session.query_one(sql, params, &REALS).await? else { return Ok(None) };
    let mut numbers = [0.0; 4];
    for number in &mut numbers {
        let Some(found) = row.optional_real()? else { return Ok(None) };
        *number = found;
    }
    Ok(Some(numbers))
}

fn union(a: Option<[f64; 4]>, b: Option<[f64; 4]>) -> Option<[f64; 4]> {
    match (a, b) {
        (Some(a), Some(b)) => Some([a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]),
        (a, b) => a.or(b),
    }
}

/// Whether a part reaches the edge of the whole.
fn touch(all: [f64; 4], part: [f64; 4]) -> bool {
    part[0] <= all[0] || part[1] <= all[1] || part[2] >= all[2] || part[3] >= all[3]
}
