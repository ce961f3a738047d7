-- Which enquiries the municipality is still to be told of by mail. A row goes once the mail is sent.

CREATE TABLE enquiry_notice (
  number TEXT PRIMARY KEY NOT NULL,
  due DATETIME NOT NULL,
  attempts INTEGER NOT NULL
);

CREATE INDEX enquiry_notice_due_idx ON enquiry_notice (due, number);
