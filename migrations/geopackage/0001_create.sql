-- Schema version 1 of a GeoPackage store.
--
-- Each kind of record has one table with its current rows and one, <name>_history, with the superseded ones:
-- a row was valid from its from_revision until before its to_revision. Tables are registered as layers, with
-- their R-trees, by the program.

-- GPKG, version 1.3.
PRAGMA application_id = 0x47504B47;
PRAGMA user_version = 10300;

CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL PRIMARY KEY,
  organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL,
  definition TEXT NOT NULL,
  description TEXT
);

INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
  ('WGS 84', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]', 'longitude and latitude in degrees');

CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY,
  data_type TEXT NOT NULL,
  identifier TEXT UNIQUE,
  description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  min_x DOUBLE,
  min_y DOUBLE,
  max_x DOUBLE,
  max_y DOUBLE,
  srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
);

CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL,
  column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL,
  m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents (table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
);

CREATE TABLE gpkg_extensions (
  table_name TEXT,
  column_name TEXT,
  extension_name TEXT NOT NULL,
  definition TEXT NOT NULL,
  scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
);

-- One row: what the store is. The epoch is random and changes when the store is restored.
CREATE TABLE meta (
  schema_version INTEGER NOT NULL,
  crs_epsg INTEGER NOT NULL,
  crs_wkt TEXT NOT NULL,
  epoch TEXT NOT NULL,
  created DATETIME NOT NULL
);

-- One row a revision, without gaps. No personal data: accounts are referred to by their random ids.
CREATE TABLE journal (
  revision INTEGER PRIMARY KEY NOT NULL,
  at DATETIME NOT NULL,
  account_id TEXT,
  reason TEXT NOT NULL,
  source_name TEXT,
  source_sha256 TEXT,
  source_rows INTEGER,
  counts TEXT NOT NULL,
  touched TEXT NOT NULL
);

CREATE INDEX journal_at_idx ON journal (at);

-- The personal data of the store; erasing an account leaves its id.
CREATE TABLE account (
  account_id TEXT PRIMARY KEY NOT NULL,
  login TEXT UNIQUE,
  display_name TEXT,
  mail TEXT,
  role TEXT NOT NULL,
  scope TEXT NOT NULL,
  disabled BOOLEAN NOT NULL,
  created DATETIME NOT NULL
);

-- Tokens by their SHA-256; the tokens themselves are nowhere.
CREATE TABLE token (
  token_id TEXT PRIMARY KEY NOT NULL,
  account_id TEXT NOT NULL REFERENCES account (account_id),
  hash TEXT NOT NULL UNIQUE,
  created DATETIME NOT NULL,
  expires DATETIME
);

CREATE INDEX token_account_idx ON token (account_id);

-- Layers that have a table, and which of its columns holds which of theirs.
CREATE TABLE stored_layer (
  layer TEXT PRIMARY KEY NOT NULL
);

CREATE TABLE stored_column (
  layer TEXT NOT NULL REFERENCES stored_layer (layer),
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  column_name TEXT NOT NULL,
  PRIMARY KEY (layer, position)
);

-- Gemeinde: the tenant.
CREATE TABLE municipality (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  ags TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  settings TEXT NOT NULL,
  geom MULTIPOLYGON,
  revision INTEGER NOT NULL
);
CREATE TABLE municipality_history (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  ags TEXT NOT NULL,
  name TEXT NOT NULL,
  settings TEXT NOT NULL,
  geom MULTIPOLYGON,
  from_revision INTEGER NOT NULL,
  to_revision INTEGER NOT NULL
);
CREATE INDEX municipality_history_key_idx ON municipality_history (ags, from_revision);
CREATE INDEX municipality_history_to_idx ON municipality_history (to_revision);
CREATE INDEX municipality_revision_idx ON municipality (revision);

-- Gemarkung.
CREATE TABLE district (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  district_key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  ags TEXT NOT NULL,
  geom MULTIPOLYGON,
  revision INTEGER NOT NULL
);
CREATE TABLE district_history (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  district_key TEXT NOT NULL,
  name TEXT NOT NULL,
  ags TEXT NOT NULL,
  geom MULTIPOLYGON,
  from_revision INTEGER NOT NULL,
  to_revision INTEGER NOT NULL
);
CREATE INDEX district_history_key_idx ON district_history (district_key, from_revision);
CREATE INDEX district_history_to_idx ON district_history (to_revision);
CREATE INDEX district_revision_idx ON district (revision);

-- Ortsteil.
CREATE TABLE locality (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  locality_id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  ags TEXT NOT NULL,
  geom MULTIPOLYGON,
  revision INTEGER NOT NULL
);
CREATE TABLE locality_history (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  locality_id TEXT NOT NULL,
  name TEXT NOT NULL,
  ags TEXT NOT NULL,
  geom MULTIPOLYGON,
  from_revision INTEGER NOT NULL,
  to_revision INTEGER NOT NULL
);
CREATE INDEX locality_history_key_idx ON locality_history (locality_id, from_revision);
CREATE INDEX locality_history_to_idx ON locality_history (to_revision);
CREATE INDEX locality_revision_idx ON locality (revision);

-- Flurstück.
CREATE TABLE parcel (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  parcel_id TEXT NOT NULL UNIQUE,
  ags TEXT NOT NULL,
  street TEXT,
  official_area_m2 REAL,
  land_use TEXT,
  source_date DATE,
  geom MULTIPOLYGON NOT NULL,
  revision INTEGER NOT NULL
);
CREATE TABLE parcel_history (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  parcel_id TEXT NOT NULL,
  ags TEXT NOT NULL,
  street TEXT,
  official_area_m2 REAL,
  land_use TEXT,
  source_date DATE,
  geom MULTIPOLYGON NOT NULL,
  from_revision INTEGER NOT NULL,
  to_revision INTEGER NOT NULL
);
CREATE INDEX parcel_history_key_idx ON parcel_history (parcel_id, from_revision);
CREATE INDEX parcel_history_to_idx ON parcel_history (to_revision);
CREATE INDEX parcel_revision_idx ON parcel (revision);

-- Building of the official cadastre.
CREATE TABLE building (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  building_id TEXT NOT NULL UNIQUE,
  function TEXT,
  district_key TEXT,
  ags TEXT NOT NULL,
  geom GEOMETRY NOT NULL,
  revision INTEGER NOT NULL
);
CREATE TABLE building_history (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  building_id TEXT NOT NULL,
  function TEXT,
  district_key TEXT,
  ags TEXT NOT NULL,
  geom GEOMETRY NOT NULL,
  from_revision INTEGER NOT NULL,
  to_revision INTEGER NOT NULL
);
CREATE INDEX building_history_key_idx ON building_history (building_id, from_revision);
CREATE INDEX building_history_to_idx ON building_history (to_revision);
CREATE INDEX building_revision_idx ON building (revision);

-- Bekanntmachung (§ 200 (3) BauGB).
CREATE TABLE announcement (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  announcement_id TEXT NOT NULL UNIQUE,
  ags TEXT NOT NULL,
  announced_on DATE NOT NULL,
  organ TEXT NOT NULL,
  issue TEXT NOT NULL,
  text TEXT NOT NULL,
  scope TEXT NOT NULL,
  revision INTEGER NOT NULL
);
CREATE TABLE announcement_history (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  announcement_id TEXT NOT NULL,
  ags TEXT NOT NULL,
  announced_on DATE NOT NULL,
  organ TEXT NOT NULL,
  issue TEXT NOT NULL,
  text TEXT NOT NULL,
  scope TEXT NOT NULL,
  from_revision INTEGER NOT NULL,
  to_revision INTEGER NOT NULL
);
CREATE INDEX announcement_history_key_idx ON announcement_history (announcement_id, from_revision);
CREATE INDEX announcement_history_to_idx ON announcement_history (to_revision);
CREATE INDEX announcement_revision_idx ON announcement (revision);

-- Widerspruch.
CREATE TABLE objection (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  objection_id TEXT NOT NULL UNIQUE,
  parcel_id TEXT NOT NULL,
  ags TEXT NOT NULL,
  received_on DATE NOT NULL,
  form TEXT NOT NULL,
  lifted_on DATE,
  revision INTEGER NOT NULL
);
CREATE TABLE objection_history (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  objection_id TEXT NOT NULL,
  parcel_id TEXT NOT NULL,
  ags TEXT NOT NULL,
  received_on DATE NOT NULL,
  form TEXT NOT NULL,
  lifted_on DATE,
  from_revision INTEGER NOT NULL,
  to_revision INTEGER NOT NULL
);
CREATE INDEX objection_history_key_idx ON objection_history (objection_id, from_revision);
CREATE INDEX objection_history_to_idx ON objection_history (to_revision);
CREATE INDEX objection_revision_idx ON objection (revision);

-- Standort.
CREATE TABLE site (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  site_id TEXT NOT NULL UNIQUE,
  ags TEXT NOT NULL,
  name TEXT,
  type TEXT NOT NULL,
  status TEXT NOT NULL,
  parcels TEXT NOT NULL,
  locality TEXT,
  street TEXT,
  area_m2 REAL,
  planning_law TEXT,
  servicing TEXT,
  available_from DATE,
  price_eur REAL,
  condition TEXT,
  monument TEXT,
  dwellings_min INTEGER,
  dwellings_max INTEGER,
  contact TEXT,
  owner_class TEXT,
  note TEXT,
  basis TEXT,
  decision TEXT,
  announcement_id TEXT,
  public_from DATE,
  public_until DATE,
  consent_given_on DATE,
  consent_text_version TEXT,
  consent_revoked_on DATE,
  consent_fields TEXT,
  geom GEOMETRY NOT NULL,
  revision INTEGER NOT NULL
);
CREATE TABLE site_history (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  site_id TEXT NOT NULL,
  ags TEXT NOT NULL,
  name TEXT,
  type TEXT NOT NULL,
  status TEXT NOT NULL,
  parcels TEXT NOT NULL,
  locality TEXT,
  street TEXT,
  area_m2 REAL,
  planning_law TEXT,
  servicing TEXT,
  available_from DATE,
  price_eur REAL,
  condition TEXT,
  monument TEXT,
  dwellings_min INTEGER,
  dwellings_max INTEGER,
  contact TEXT,
  owner_class TEXT,
  note TEXT,
  basis TEXT,
  decision TEXT,
  announcement_id TEXT,
  public_from DATE,
  public_until DATE,
  consent_given_on DATE,
  consent_text_version TEXT,
  consent_revoked_on DATE,
  consent_fields TEXT,
  geom GEOMETRY NOT NULL,
  from_revision INTEGER NOT NULL,
  to_revision INTEGER NOT NULL
);
CREATE INDEX site_history_key_idx ON site_history (site_id, from_revision);
CREATE INDEX site_history_to_idx ON site_history (to_revision);
CREATE INDEX site_revision_idx ON site (revision);

-- Leerstand: one record a building.
CREATE TABLE vacancy (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  building_id TEXT NOT NULL UNIQUE,
  ags TEXT NOT NULL,
  degree TEXT NOT NULL,
  vacant_since DATE,
  condition TEXT,
  monument TEXT,
  built_year INTEGER,
  storeys INTEGER,
  living_area_m2 REAL,
  owner_class TEXT,
  note TEXT,
  basis TEXT,
  decision TEXT,
  announcement_id TEXT,
  public_from DATE,
  public_until DATE,
  consent_given_on DATE,
  consent_text_version TEXT,
  consent_revoked_on DATE,
  consent_fields TEXT,
  revision INTEGER NOT NULL
);
CREATE TABLE vacancy_history (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  building_id TEXT NOT NULL,
  ags TEXT NOT NULL,
  degree TEXT NOT NULL,
  vacant_since DATE,
  condition TEXT,
  monument TEXT,
  built_year INTEGER,
  storeys INTEGER,
  living_area_m2 REAL,
  owner_class TEXT,
  note TEXT,
  basis TEXT,
  decision TEXT,
  announcement_id TEXT,
  public_from DATE,
  public_until DATE,
  consent_given_on DATE,
  consent_text_version TEXT,
  consent_revoked_on DATE,
  consent_fields TEXT,
  from_revision INTEGER NOT NULL,
  to_revision INTEGER NOT NULL
);
CREATE INDEX vacancy_history_key_idx ON vacancy_history (building_id, from_revision);
CREATE INDEX vacancy_history_to_idx ON vacancy_history (to_revision);
CREATE INDEX vacancy_revision_idx ON vacancy (revision);

-- Unit of a building.
CREATE TABLE unit (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  unit_id TEXT NOT NULL UNIQUE,
  building_id TEXT NOT NULL,
  ags TEXT NOT NULL,
  unit_use TEXT NOT NULL,
  area_m2 REAL,
  vacant_since DATE,
  revision INTEGER NOT NULL
);
CREATE TABLE unit_history (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  unit_id TEXT NOT NULL,
  building_id TEXT NOT NULL,
  ags TEXT NOT NULL,
  unit_use TEXT NOT NULL,
  area_m2 REAL,
  vacant_since DATE,
  from_revision INTEGER NOT NULL,
  to_revision INTEGER NOT NULL
);
CREATE INDEX unit_history_key_idx ON unit_history (unit_id, from_revision);
CREATE INDEX unit_history_to_idx ON unit_history (to_revision);
CREATE INDEX unit_revision_idx ON unit (revision);

-- Imported layer; its features are in layer_<name>.
CREATE TABLE layer (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  name TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  visibility TEXT NOT NULL,
  columns TEXT NOT NULL,
  attribution TEXT,
  revision INTEGER NOT NULL
);
CREATE TABLE layer_history (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  name TEXT NOT NULL,
  title TEXT NOT NULL,
  visibility TEXT NOT NULL,
  columns TEXT NOT NULL,
  attribution TEXT,
  from_revision INTEGER NOT NULL,
  to_revision INTEGER NOT NULL
);
CREATE INDEX layer_history_key_idx ON layer_history (name, from_revision);
CREATE INDEX layer_history_to_idx ON layer_history (to_revision);
CREATE INDEX layer_revision_idx ON layer (revision);

-- Which site lies on which parcel.
CREATE VIEW site_parcel AS
  SELECT site.site_id AS site_id, parcel.value AS parcel_id FROM site, json_each(site.parcels) AS parcel;
