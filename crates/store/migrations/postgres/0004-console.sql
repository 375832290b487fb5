-- The console: who signs in, what they write and sign, and what they did. Moments are milliseconds since
-- 1970-01-01T00:00:00Z.

-- The people of the company or agency who sign in. The password as argon2id (PHC); the secret of the one-time
-- codes sealed, null until they enrolled; the step of the last code that was used.
create table account (
  account text not null,
  name text not null,
  role text not null,
  password text not null,
  totp bytea,
  step bigint not null,
  made bigint not null,
  primary key (account)
);

-- For which controllers each works.
create table account_controller (
  account text not null,
  controller text not null,
  primary key (account, controller)
);

-- Keyed hashes of the recovery codes that were not used yet.
create table recovery (
  account text not null,
  hash bytea not null,
  primary key (account, hash)
);

-- Who is signed in: of the random id only a keyed hash. The stage says what they have shown: the password, or all.
create table session (
  hash bytea not null,
  account text not null,
  stage text not null,
  controller text not null,
  made bigint not null,
  seen bigint not null,
  totp bytea,
  primary key (hash)
);

-- Attempts to sign in that failed, by a keyed hash of the name or the client.
create table attempt (
  hash bytea not null,
  count bigint not null,
  last bigint not null,
  until bigint not null,
  primary key (hash)
);

-- Every version of every brief, as the TOML of `brief.toml` without signatures.
create table brief (
  controller text not null,
  brief text not null,
  version bigint not null,
  at bigint not null,
  author text not null,
  content text not null,
  text text not null,
  primary key (controller, brief, version)
);

-- Signatures under a brief as it was read, and under which Code.
create table signature (
  controller text not null,
  brief text not null,
  content text not null,
  code text not null,
  name text not null,
  at bigint not null,
  primary key (controller, brief, content, code, name)
);

-- Who did what, when. Nothing is changed or taken away; only the subject is emptied, when they are erased.
create table audit (
  controller text not null,
  number bigint not null,
  at bigint not null,
  who text not null,
  what text not null,
  about text not null,
  subject text,
  primary key (controller, number)
);

create index session_account on session (account);
create index session_made on session (made);
create index attempt_last on attempt (last);
create index audit_subject on audit (controller, subject) where subject is not null;

-- A query that forgets its controller still sees only the rows of the one that is set. The tables of accounts
-- belong to no controller: an agency's people work for several.
alter table brief enable row level security;
alter table brief force row level security;
create policy own on brief using (controller = (select current_setting('maat.controller', true)));
alter table signature enable row level security;
alter table signature force row level security;
create policy own on signature using (controller = (select current_setting('maat.controller', true)));
alter table audit enable row level security;
alter table audit force row level security;
create policy own on audit using (controller = (select current_setting('maat.controller', true)));

create function audit_stands() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.subject is null
    and (new.controller, new.number, new.at, new.who, new.what, new.about)
      is not distinct from (old.controller, old.number, old.at, old.who, old.what, old.about) then
    return new;
  end if;
  raise exception 'the audit trail is append-only';
end
$$;
create trigger audit_stands before update or delete on audit for each row execute function audit_stands();
