-- What other systems delivered, by a keyed hash of the sender's own id of it: what comes again is known by it, also
-- after what it told was erased.
create table delivery (
  controller text not null,
  hash bytea not null,
  at bigint not null,
  primary key (controller, hash)
);

create index delivery_at on delivery (controller, at);

alter table delivery enable row level security;
alter table delivery force row level security;
create policy own on delivery using (controller = (select current_setting('maat.controller', true)));
create policy backup on delivery using ((select current_setting('maat.backup', true)) = 'on');
