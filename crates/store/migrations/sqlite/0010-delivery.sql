-- What other systems delivered, by a keyed hash of the sender's own id of it: what comes again is known by it, also
-- after what it told was erased.
create table delivery (
  controller text not null,
  hash blob not null,
  at integer not null,
  primary key (controller, hash)
) strict, without rowid;

create index delivery_at on delivery (controller, at);
