-- What the clock of each boot of a machine said when Maat first read it, in milliseconds: the wall since
-- 1970-01-01T00:00:00Z, and since the boot. A wall clock that jumped while it ran shows in the difference. It belongs to
-- no controller.
create table clock (
  boot text not null,
  wall bigint not null,
  elapsed bigint not null,
  primary key (boot)
);
