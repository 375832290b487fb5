-- What the clock of each boot of a machine said when Maat first read it, in milliseconds: the wall since
-- 1970-01-01T00:00:00Z, and since the boot. A wall clock that jumped while it ran shows in the difference.
create table clock (
  boot text not null,
  wall integer not null,
  elapsed integer not null,
  primary key (boot)
) strict, without rowid;
