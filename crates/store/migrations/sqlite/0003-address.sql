-- Mail addresses, so that somebody can enter the preference centre from their own mailbox, and the codes
-- that were mailed for it.

create table address (
  controller text not null,
  subject text not null,
  hash blob not null,
  address text not null,
  seal blob not null,
  primary key (controller, subject, hash)
) strict, without rowid;

create index address_hash on address (controller, hash);

-- A code that was asked for. `ticket` and `code` are keyed hashes; without a subject the address was not
-- known, and no code was mailed: nobody can tell the two apart.
create table passcode (
  controller text not null,
  ticket blob not null,
  subject text,
  code blob not null,
  ends integer not null,
  tries integer not null,
  primary key (controller, ticket)
) strict, without rowid;

create index passcode_ends on passcode (controller, ends);
create index passcode_subject on passcode (controller, subject);
