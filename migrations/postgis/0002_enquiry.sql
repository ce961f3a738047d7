-- Schema version 2 of a PostGIS store: what the public asks the municipalities.

-- Personal data: neither journal nor history knows of them, a row is erased after its last day at the latest. `form`
-- is the number of the sheet that was filled in: sent twice, it is one enquiry.
CREATE TABLE enquiry (
  number text PRIMARY KEY,
  form text NOT NULL UNIQUE,
  received timestamptz NOT NULL,
  ags text NOT NULL,
  topic text NOT NULL,
  topic_id text,
  title text NOT NULL,
  name text,
  mail text,
  phone text,
  message text NOT NULL,
  language text NOT NULL,
  state text NOT NULL,
  erase_after date NOT NULL
);

CREATE INDEX enquiry_received_idx ON enquiry (received, number);
