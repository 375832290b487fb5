-- What the service needs: keys of programs, and answers to requests that may be repeated.

-- The keys of programs. `hash` is keyed, of the secret; `ends` is null for one that holds on; `used` is
-- the day it was last used, counted from 1970-01-01.
create table api_key (
  controller text not null,
  id text not null,
  hash blob not null,
  name text not null,
  grants text not null,
  made integer not null,
  ends integer,
  used integer,
  primary key (controller, id)
) strict, without rowid;

-- Requests that came with an idempotency key: keyed hashes of key and request, and the answer, which
-- names nobody. Without a status it is under way.
create table replay (
  controller text not null,
  hash blob not null,
  request blob not null,
  at integer not null,
  status integer,
  body text,
  primary key (controller, hash)
) strict, without rowid;

create index replay_at on replay (controller, at);
