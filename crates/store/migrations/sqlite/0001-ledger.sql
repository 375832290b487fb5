-- The ledger. Moments are milliseconds since 1970-01-01T00:00:00Z; yes and no are 1 and 0.

create table store (id integer primary key check (id = 1), fingerprint blob not null) strict;

-- The tree of each controller: how many entries, the peaks of the tree, the latest moment.
create table head (
  controller text not null,
  size integer not null,
  peaks blob not null,
  latest integer not null,
  primary key (controller)
) strict, without rowid;

-- Everything that happened, in order. Erasing empties subject, payload and salt; the rest stays.
create table entry (
  controller text not null,
  number integer not null,
  at integer not null,
  kind text not null,
  subject text,
  payload text,
  salt blob,
  commitment blob not null,
  primary key (controller, number)
) strict, without rowid;

-- Every fourth level of the evidence tree, above the leaves.
create table node (
  controller text not null,
  level integer not null,
  place integer not null,
  hash blob not null,
  primary key (controller, level, place)
) strict, without rowid;

-- All that the gate reads of each person, as JSON, with a seal over it: how they stand, their answers, when
-- each signal was seen, when marketing left. A mark is [holds, since]; an answer is [choice, [strength 1 to 3,
-- version of the wording, when, own end, entry], withdrawn]; a signal is [name, seen, own end].
create table person (
  controller text not null,
  subject text not null,
  state text not null,
  seal blob not null,
  primary key (controller, subject)
) strict, without rowid;

-- What is known of each person; value, source and seen are null once forgotten.
create table signal (
  controller text not null,
  subject text not null,
  signal text not null,
  value text,
  source text,
  seen integer,
  expires integer,
  at integer not null,
  rank integer not null,
  number integer not null,
  seal blob not null,
  primary key (controller, subject, signal)
) strict, without rowid;

-- The messages that left.
create table message (
  controller text not null,
  subject text not null,
  at integer not null,
  number integer not null,
  brief text not null,
  channel text not null,
  marketing integer not null,
  primary key (controller, subject, at, number)
) strict, without rowid;

-- What people asked by their rights (GDPR 15 to 21), and when an answer is due.
create table request (
  controller text not null,
  subject text not null,
  request text not null,
  kind text,
  received integer,
  due integer,
  answered integer,
  outcome text,
  primary key (controller, subject, request)
) strict, without rowid;

-- Keyed hashes of addresses that must stay away.
create table suppression (
  controller text not null,
  hash blob not null,
  at integer not null,
  primary key (controller, hash)
) strict, without rowid;

-- Keyed hashes of subjects that were erased, so that no older event brings them back.
create table erasure (
  controller text not null,
  hash blob not null,
  at integer not null,
  number integer not null,
  primary key (controller, hash)
) strict, without rowid;

-- Signed checkpoints of the tree.
create table checkpoint (
  controller text not null,
  size integer not null,
  at integer not null,
  note text not null,
  primary key (controller, size)
) strict, without rowid;

create index entry_subject on entry (controller, subject, number) where subject is not null;
create index signal_seen on signal (controller, signal, seen) where seen is not null;
create index signal_expires on signal (controller, expires) where expires is not null;
create index request_due on request (controller, due) where answered is null;
