-- The console: who signs in, what they write and sign, and what they did. Moments are milliseconds since
-- 1970-01-01T00:00:00Z.

-- The people of the company or agency who sign in. The password as argon2id (PHC); the secret of the one-time
-- codes sealed, null until they enrolled; the step of the last code that was used.
create table account (
  account text not null,
  name text not null,
  role text not null,
  password text not null,
  totp blob,
  step integer not null,
  made integer not null,
  primary key (account)
) strict, without rowid;

-- For which controllers each works.
create table account_controller (
  account text not null,
  controller text not null,
  primary key (account, controller)
) strict, without rowid;

-- Keyed hashes of the recovery codes that were not used yet.
create table recovery (
  account text not null,
  hash blob not null,
  primary key (account, hash)
) strict, without rowid;

-- Who is signed in: of the random id only a keyed hash. The stage says what they have shown: the password, or all.
create table session (
  hash blob not null,
  account text not null,
  stage text not null,
  controller text not null,
  made integer not null,
  seen integer not null,
  totp blob,
  primary key (hash)
) strict, without rowid;

-- Attempts to sign in that failed, by a keyed hash of the name or the client.
create table attempt (
  hash blob not null,
  count integer not null,
  last integer not null,
  until integer not null,
  primary key (hash)
) strict, without rowid;

-- Every version of every brief, as the TOML of `brief.toml` without signatures.
create table brief (
  controller text not null,
  brief text not null,
  version integer not null,
  at integer not null,
  author text not null,
  content text not null,
  text text not null,
  primary key (controller, brief, version)
) strict, without rowid;

-- Signatures under a brief as it was read, and under which Code.
create table signature (
  controller text not null,
  brief text not null,
  content text not null,
  code text not null,
  name text not null,
  at integer not null,
  primary key (controller, brief, content, code, name)
) strict, without rowid;

-- Who did what, when. Nothing is changed or taken away; only the subject is emptied, when they are erased.
create table audit (
  controller text not null,
  number integer not null,
  at integer not null,
  who text not null,
  what text not null,
  about text not null,
  subject text,
  primary key (controller, number)
) strict, without rowid;

create index session_account on session (account);
create index session_made on session (made);
create index attempt_last on attempt (last);
create index audit_subject on audit (controller, subject) where subject is not null;

create trigger audit_stays before delete on audit
begin
  select raise(abort, 'the audit trail is append-only');
end;
create trigger audit_stands before update on audit
when new.subject is not null or new.controller is not old.controller or new.number is not old.number
  or new.at is not old.at or new.who is not old.who or new.what is not old.what or new.about is not old.about
begin
  select raise(abort, 'the audit trail is append-only');
end;
