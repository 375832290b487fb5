-- What the service needs: keys of programs, and answers to requests that may be repeated.

-- The keys of programs. `hash` is keyed, of the secret; `ends` is null for one that holds on; `used` is
-- the day it was last used, counted from 1970-01-01.
create table api_key (
  controller text not null,
  id text not null,
  hash bytea not null,
  name text not null,
  grants text not null,
  made bigint not null,
  ends bigint,
  used bigint,
  primary key (controller, id)
);

-- Requests that came with an idempotency key: keyed hashes of key and request, and the answer, which
-- names nobody. Without a status it is under way.
create table replay (
  controller text not null,
  hash bytea not null,
  request bytea not null,
  at bigint not null,
  status bigint,
  body text,
  primary key (controller, hash)
);

create index replay_at on replay (controller, at);

alter table api_key enable row level security;
alter table api_key force row level security;
create policy own on api_key using (controller = (select current_setting('maat.controller', true)));
alter table replay enable row level security;
alter table replay force row level security;
create policy own on replay using (controller = (select current_setting('maat.controller', true)));
