-- Mailings, and the outbox: one row for each person a mailing goes to. Moments are milliseconds since
-- 1970-01-01T00:00:00Z.

-- One sending of a brief, as it was signed, under the Code as it was. A worker holds it until its lease is over.
create table mailing (
  controller text not null,
  mailing text not null,
  brief text not null,
  content text not null,
  code text not null,
  made integer not null,
  state text not null,
  worker text,
  lease integer,
  primary key (controller, mailing)
) strict, without rowid;

create index mailing_made on mailing (controller, made);

-- Suspect is 1 once a worker died, or was too late, while it handed the message over: it may have arrived.
create table outbox (
  controller text not null,
  mailing text not null,
  subject text not null,
  state text not null default 'waiting',
  tries integer not null default 0,
  due integer not null,
  suspect integer not null default 0,
  why text,
  changed integer not null,
  primary key (controller, mailing, subject)
) strict, without rowid;

create index outbox_waiting on outbox (controller, mailing, due, subject) where state = 'waiting';
create index outbox_handing on outbox (controller, mailing, subject) where state = 'handing';
create index outbox_subject on outbox (controller, subject);
