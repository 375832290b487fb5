-- Who may be meant where a keyed hash is met: of a mail address, by an id that is one; of somebody's id, by whoever was
-- joined with them. Two ids that meet here or in `address` may be one person.
create table likeness (
  controller text not null,
  hash blob not null,
  subject text not null,
  primary key (controller, hash, subject)
) strict, without rowid;

create index likeness_subject on likeness (controller, subject);
