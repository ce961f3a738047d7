-- Schema version 2 of a GeoPackage store: what the public asks the municipalities.

-- Personal data: neither journal nor history knows of them, a row is erased after its last day at the latest. `form`
-- is the number of the sheet that was filled in: sent twice, it is one enquiry.
CREATE TABLE enquiry (
  number TEXT PRIMARY KEY NOT NULL,
  form TEXT NOT NULL UNIQUE,
  received DATETIME NOT NULL,
  ags TEXT NOT NULL,
  topic TEXT NOT NULL,
  topic_id TEXT,
  title TEXT NOT NULL,
  name TEXT,
  mail TEXT,
  phone TEXT,
  message TEXT NOT NULL,
  language TEXT NOT NULL,
  state TEXT NOT NULL,
  erase_after DATE NOT NULL
);

CREATE INDEX enquiry_received_idx ON enquiry (received, number);
