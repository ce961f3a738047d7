//! The tables of a GeoPackage.

use cadastre::ColumnKind;
use geo_types::Rect;
use rusqlite::{Connection, params};

use super::Names;
use crate::write::{GeometryKind, TableInfo, WriteError};

/// "GPKG" and version 1.3 (§ 1.1.1.1.1).
const HEADER: &str = "PRAGMA application_id = 1196444487; PRAGMA user_version = 10300;";

/// The tables of the core (§ 1.1.2, 1.1.3, 2.1.5), of the extension mechanism (§ 2.3), of titles (F.9) and of
/// well-known text 2 (F.10).
const TABLES: &str = "
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT,
  definition_12_063 TEXT NOT NULL DEFAULT 'undefined', epoch DOUBLE);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
  constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name), CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
  max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system', 'undefined', NULL),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system', 'undefined', NULL);
INSERT INTO gpkg_extensions VALUES
  ('gpkg_spatial_ref_sys', 'definition_12_063', 'gpkg_crs_wkt_1_1', 'http://www.geopackage.org/spec/#extension_crs_wkt', 'read-write'),
  ('gpkg_spatial_ref_sys', 'epoch', 'gpkg_crs_wkt_1_1', 'http://www.geopackage.org/spec/#extension_crs_wkt', 'read-write'),
  ('gpkg_data_columns', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec/#extension_schema', 'read-write'),
  ('gpkg_data_column_constraints', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec/#extension_schema', 'read-write');
";

/// WGS 84, which every GeoPackage describes (§ 1.1.2.1.2).
const WGS84: &str = "GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563,AUTHORITY[\"EPSG\",\"7030\"]],AUTHORITY[\"EPSG\",\"6326\"]],PRIMEM[\"Greenwich\",0,AUTHORITY[\"EPSG\",\"8901\"]],UNIT[\"degree\",0.0174532925199433,AUTHORITY[\"EPSG\",\"9122\"]],AXIS[\"Latitude\",NORTH],AXIS[\"Longitude\",EAST],AUTHORITY[\"EPSG\",\"4326\"]]";

/// Creates everything but the rows. Returns the id of the CRS in the file.
pub(super) fn create(connection: &Connection, table: &TableInfo, names: &Names) -> Result<i32, WriteError> {
    connection.execute_batch(HEADER)?;
    connection.execute_batch(TABLES)?;
    let describe = "INSERT INTO gpkg_spatial_ref_sys VALUES (?1, ?2, 'EPSG', ?2, ?3, NULL, ?4, NULL)";
    if table.crs.epsg != 4326 {
        connection.execute(describe, params!["WGS 84", 4326, WGS84, "undefined"])?;
    }
    let definition = if table.crs.epsg == 4326 { WGS84 } else { "undefined" };
    connection.execute(describe, params![table.crs.name, table.crs.epsg, definition, table.crs.wkt])?;
    let has_geometry = names.geometry.is_some();
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            names.table,
            if has_geometry { "features" } else { "attributes" },
            table.title,
            table.description,
            format!("{:.3}", table.written_at),
            has_geometry.then_some(table.crs.epsg),
        ],
    )?;
    connection.execute_batch(&table_sql(table, names))?;
    for column in &table.columns {
        connection.execute(
            "INSERT INTO gpkg_data_columns (table_name, column_name, name, title) VALUES (?1, ?2, ?2, ?3)",
            params![names.table, column.name, column.title],
        )?;
    }
    if let Some(geometry) = &names.geometry {
        let kind = match table.geometry {
            GeometryKind::MultiPolygon => "MULTIPOLYGON",
            GeometryKind::Any | GeometryKind::None => "GEOMETRY",
        };
        connection.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?1, ?2, ?3, ?4, 0, 0)",
            params![names.table, geometry, kind, table.crs.epsg],
        )?;
        create_index(connection, names, geometry)?;
    }
    Ok(table.crs.epsg as i32)
}

fn table_sql(table: &TableInfo, names: &Names) -> String {
    let mut columns = vec![format!("{} INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL", quoted(&names.fid))];
    columns.extend(names.id.iter().map(|name| format!("{} TEXT NOT NULL", quoted(name))));
    columns.extend(table.columns.iter().map(|column| format!("{} {}", quoted(&column.name), sql_type(column.kind))));
    columns.extend(names.geometry.iter().map(|name| {
        let kind = if table.geometry == GeometryKind::MultiPolygon { "MULTIPOLYGON" } else { "GEOMETRY" };
        format!("{} {kind}", quoted(name))
    }));
    format!("CREATE TABLE {} ({});", quoted(&names.table), columns.join(", "))
}

fn sql_type(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Text => "TEXT",
        ColumnKind::Integer => "INTEGER",
        ColumnKind::Real => "DOUBLE",
        ColumnKind::Boolean => "BOOLEAN",
        ColumnKind::Date => "DATE",
        ColumnKind::Timestamp => "DATETIME",
    }
}

fn create_index(connection: &Connection, names: &Names, geometry: &str) -> Result<(), WriteError> {
    connection.execute(
        "INSERT INTO gpkg_extensions VALUES (?1, ?2, 'gpkg_rtree_index', 'http://www.geopackage.org/spec/#extension_rtree', 'write-only')",
        params![names.table, geometry],
    )?;
    let index = quoted(&format!("rtree_{}_{geometry}", names.table));
    connection.execute_batch(&format!("CREATE VIRTUAL TABLE {index} USING rtree(id, minx, maxx, miny, maxy);"))?;
    Ok(())
}

/// Writes what is known only at the end: the extent, and the triggers that keep the index of an edited file true
/// (F.3). They call functions that a GeoPackage program brings along, and so must not be there while rows are added here.
pub(super) fn complete(connection: &Connection, names: &Names, extent: Option<Rect>) -> Result<(), WriteError> {
    if let Some(extent) = extent {
        connection.execute(
            "UPDATE gpkg_contents SET min_x = ?1, min_y = ?2, max_x = ?3, max_y = ?4 WHERE table_name = ?5",
            params![extent.min().x, extent.min().y, extent.max().x, extent.max().y, names.table],
        )?;
    }
    if let Some(geometry) = &names.geometry {
        connection.execute_batch(&triggers(names, geometry))?;
    }
    Ok(())
}

fn triggers(names: &Names, geometry: &str) -> String {
    let rtree = format!("rtree_{}_{geometry}", names.table);
    let (table, index, geom, fid) = (quoted(&names.table), quoted(&rtree), quoted(geometry), quoted(&names.fid));
    let name = |suffix: &str| quoted(&format!("{rtree}_{suffix}"));
    let put = format!(
        "INSERT OR REPLACE INTO {index} VALUES (NEW.{fid}, ST_MinX(NEW.{geom}), ST_MaxX(NEW.{geom}), ST_MinY(NEW.{geom}), ST_MaxY(NEW.{geom}));"
    );
    let has = format!("NEW.{geom} NOTNULL AND NOT ST_IsEmpty(NEW.{geom})");
    let has_not = format!("(NEW.{geom} ISNULL OR ST_IsEmpty(NEW.{geom}))");
    let drop_old = format!("DELETE FROM {index} WHERE id = OLD.{fid};");
    format!(
        "CREATE TRIGGER {insert} AFTER INSERT ON {table} WHEN ({has}) BEGIN {put} END;
         CREATE TRIGGER {update6} AFTER UPDATE OF {geom} ON {table} WHEN OLD.{fid} = NEW.{fid} AND ({has}) AND (OLD.{geom} NOTNULL AND NOT ST_IsEmpty(OLD.{geom})) BEGIN UPDATE {index} SET minx = ST_MinX(NEW.{geom}), maxx = ST_MaxX(NEW.{geom}), miny = ST_MinY(NEW.{geom}), maxy = ST_MaxY(NEW.{geom}) WHERE id = NEW.{fid}; END;
         CREATE TRIGGER {update7} AFTER UPDATE OF {geom} ON {table} WHEN OLD.{fid} = NEW.{fid} AND ({has}) AND (OLD.{geom} ISNULL OR ST_IsEmpty(OLD.{geom})) BEGIN INSERT INTO {index} VALUES (NEW.{fid}, ST_MinX(NEW.{geom}), ST_MaxX(NEW.{geom}), ST_MinY(NEW.{geom}), ST_MaxY(NEW.{geom})); END;
         CREATE TRIGGER {update2} AFTER UPDATE OF {geom} ON {table} WHEN OLD.{fid} = NEW.{fid} AND {has_not} BEGIN {drop_old} END;
         CREATE TRIGGER {update5} AFTER UPDATE ON {table} WHEN OLD.{fid} != NEW.{fid} AND ({has}) BEGIN {drop_old} {put} END;
         CREATE TRIGGER {update4} AFTER UPDATE ON {table} WHEN OLD.{fid} != NEW.{fid} AND {has_not} BEGIN DELETE FROM {index} WHERE id IN (OLD.{fid}, NEW.{fid}); END;
         CREATE TRIGGER {delete} AFTER DELETE ON {table} WHEN OLD.{geom} NOT NULL BEGIN {drop_old} END;",
        insert = name("insert"),
        update6 = name("update6"),
        update7 = name("update7"),
        update2 = name("update2"),
        update5 = name("update5"),
        update4 = name("update4"),
        delete = name("delete"),
    )
}

/// A name in SQL.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
