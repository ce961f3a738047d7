-- Schema version 3 of a GeoPackage store: pictures of sites and of vacant buildings.

CREATE TABLE picture (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  picture_id TEXT NOT NULL UNIQUE,
  ags TEXT NOT NULL,
  subject TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  alt TEXT NOT NULL,
  alt_en TEXT,
  author TEXT,
  licence TEXT NOT NULL,
  taken_on DATE,
  released BOOLEAN NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  revision INTEGER NOT NULL
);
-- Superseded rows keep no author: a name is personal data.
CREATE TABLE picture_history (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  picture_id TEXT NOT NULL,
  ags TEXT NOT NULL,
  subject TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  alt TEXT NOT NULL,
  alt_en TEXT,
  author TEXT,
  licence TEXT NOT NULL,
  taken_on DATE,
  released BOOLEAN NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  from_revision INTEGER NOT NULL,
  to_revision INTEGER NOT NULL
);
CREATE INDEX picture_history_key_idx ON picture_history (picture_id, from_revision);
CREATE INDEX picture_history_to_idx ON picture_history (to_revision);
CREATE INDEX picture_revision_idx ON picture (revision);
CREATE INDEX picture_subject_idx ON picture (subject, subject_id);

-- The files, JPEG, one for each width. Neither journal nor history knows of them; they are erased with the record.
CREATE TABLE picture_file (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  picture_id TEXT NOT NULL,
  width INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  UNIQUE (picture_id, width)
);
