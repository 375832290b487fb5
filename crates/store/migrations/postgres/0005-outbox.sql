-- Mailings, and the outbox: one row for each person a mailing goes to. Moments are milliseconds since
-- 1970-01-01T00:00:00Z.

-- One sending of a brief, as it was signed, under the Code as it was. A worker holds it until its lease is over.
create table mailing (
  controller text not null,
  mailing text not null,
  brief text not null,
  content text not null,
  code text not null,
  made bigint not null,
  state text not null,
  worker text,
  lease bigint,
  primary key (controller, mailing)
);

create index mailing_made on mailing (controller, made);

-- Suspect is 1 once a worker died, or was too late, while it handed the message over: it may have arrived.
create table outbox (
  controller text not null,
  mailing text not null,
  subject text not null,
  state text not null default 'waiting',
  tries bigint not null default 0,
  due bigint not null,
  suspect bigint not null default 0,
  why text,
  changed bigint not null,
  primary key (controller, mailing, subject)
);

create index outbox_waiting on outbox (controller, mailing, due, subject) where state = 'waiting';
create index outbox_handing on outbox (controller, mailing, subject) where state = 'handing';
create index outbox_subject on outbox (controller, subject);

alter table mailing enable row level security;
alter table mailing force row level security;
create policy own on mailing using (controller = (select current_setting('maat.controller', true)));

alter table outbox enable row level security;
alter table outbox force row level security;
create policy own on outbox using (controller = (select current_setting('maat.controller', true)));
