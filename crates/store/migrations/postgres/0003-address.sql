-- Mail addresses, so that somebody can enter the preference centre from their own mailbox, and the codes
-- that were mailed for it.

create table address (
  controller text not null,
  subject text not null,
  hash bytea not null,
  address text not null,
  seal bytea not null,
  primary key (controller, subject, hash)
);

create index address_hash on address (controller, hash);

-- A code that was asked for. `ticket` and `code` are keyed hashes; without a subject the address was not
-- known, and no code was mailed: nobody can tell the two apart.
create table passcode (
  controller text not null,
  ticket bytea not null,
  subject text,
  code bytea not null,
  ends bigint not null,
  tries bigint not null,
  primary key (controller, ticket)
);

create index passcode_ends on passcode (controller, ends);
create index passcode_subject on passcode (controller, subject);

alter table address enable row level security;
alter table address force row level security;
create policy own on address using (controller = (select current_setting('maat.controller', true)));

alter table passcode enable row level security;
alter table passcode force row level security;
create policy own on passcode using (controller = (select current_setting('maat.controller', true)));
