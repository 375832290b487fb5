-- The links of a mailing on which clicks are counted: where each leads, the one path by which it is reached in every
-- mail, and how often it was. Nothing of who, or when.
create table click (
  controller text not null,
  mailing text not null,
  link bigint not null,
  address text not null,
  path text not null,
  clicks bigint not null default 0,
  primary key (controller, mailing, link)
);

alter table click enable row level security;
alter table click force row level security;
create policy own on click using (controller = (select current_setting('maat.controller', true)));
