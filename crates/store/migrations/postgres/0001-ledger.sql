-- The ledger. Moments are milliseconds since 1970-01-01T00:00:00Z; yes and no are 1 and 0.

create table store (id bigint primary key check (id = 1), fingerprint bytea not null);

-- The tree of each controller: how many entries, the peaks of the tree, the latest moment.
create table head (
  controller text not null,
  size bigint not null,
  peaks bytea not null,
  latest bigint not null,
  primary key (controller)
);

-- Everything that happened, in order. Erasing empties subject, payload and salt; the rest stays.
create table entry (
  controller text not null,
  number bigint not null,
  at bigint not null,
  kind text not null,
  subject text,
  payload text,
  salt bytea,
  commitment bytea not null,
  primary key (controller, number)
);

-- Every fourth level of the evidence tree, above the leaves.
create table node (
  controller text not null,
  level bigint not null,
  place bigint not null,
  hash bytea not null,
  primary key (controller, level, place)
);

-- All that the gate reads of each person, as JSON, with a seal over it: how they stand, their answers, when
-- each signal was seen, when marketing left. A mark is [holds, since]; an answer is [choice, [strength 1 to 3,
-- version of the wording, when, own end, entry], withdrawn]; a signal is [name, seen, own end].
create table person (
  controller text not null,
  subject text not null,
  state text not null,
  seal bytea not null,
  primary key (controller, subject)
);

-- What is known of each person; value, source and seen are null once forgotten.
create table signal (
  controller text not null,
  subject text not null,
  signal text not null,
  value text,
  source text,
  seen bigint,
  expires bigint,
  at bigint not null,
  rank bigint not null,
  number bigint not null,
  seal bytea not null,
  primary key (controller, subject, signal)
);

-- The messages that left.
create table message (
  controller text not null,
  subject text not null,
  at bigint not null,
  number bigint not null,
  brief text not null,
  channel text not null,
  marketing bigint not null,
  primary key (controller, subject, at, number)
);

-- What people asked by their rights (GDPR 15 to 21), and when an answer is due.
create table request (
  controller text not null,
  subject text not null,
  request text not null,
  kind text,
  received bigint,
  due bigint,
  answered bigint,
  outcome text,
  primary key (controller, subject, request)
);

-- Keyed hashes of addresses that must stay away.
create table suppression (
  controller text not null,
  hash bytea not null,
  at bigint not null,
  primary key (controller, hash)
);

-- Keyed hashes of subjects that were erased, so that no older event brings them back.
create table erasure (
  controller text not null,
  hash bytea not null,
  at bigint not null,
  number bigint not null,
  primary key (controller, hash)
);

-- Signed checkpoints of the tree.
create table checkpoint (
  controller text not null,
  size bigint not null,
  at bigint not null,
  note text not null,
  primary key (controller, size)
);

create index entry_subject on entry (controller, subject, number) where subject is not null;
create index signal_seen on signal (controller, signal, seen) where seen is not null;
create index signal_expires on signal (controller, expires) where expires is not null;
create index request_due on request (controller, due) where answered is null;

-- A query that forgets its controller still sees only the rows of the one that is set.
alter table head enable row level security;
alter table head force row level security;
create policy own on head using (controller = (select current_setting('maat.controller', true)));
alter table entry enable row level security;
alter table entry force row level security;
create policy own on entry using (controller = (select current_setting('maat.controller', true)));
alter table node enable row level security;
alter table node force row level security;
create policy own on node using (controller = (select current_setting('maat.controller', true)));
alter table person enable row level security;
alter table person force row level security;
create policy own on person using (controller = (select current_setting('maat.controller', true)));
alter table signal enable row level security;
alter table signal force row level security;
create policy own on signal using (controller = (select current_setting('maat.controller', true)));
alter table message enable row level security;
alter table message force row level security;
create policy own on message using (controller = (select current_setting('maat.controller', true)));
alter table request enable row level security;
alter table request force row level security;
create policy own on request using (controller = (select current_setting('maat.controller', true)));
alter table suppression enable row level security;
alter table suppression force row level security;
create policy own on suppression using (controller = (select current_setting('maat.controller', true)));
alter table erasure enable row level security;
alter table erasure force row level security;
create policy own on erasure using (controller = (select current_setting('maat.controller', true)));
alter table checkpoint enable row level security;
alter table checkpoint force row level security;
create policy own on checkpoint using (controller = (select current_setting('maat.controller', true)));
