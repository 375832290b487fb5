-- The links of a mailing on which clicks are counted: where each leads, the one path by which it is reached in every
-- mail, and how often it was. Nothing of who, or when.
create table click (
  controller text not null,
  mailing text not null,
  link integer not null,
  address text not null,
  path text not null,
  clicks integer not null default 0,
  primary key (controller, mailing, link)
) strict, without rowid;
