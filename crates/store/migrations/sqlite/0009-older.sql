-- A ledger that was put back from a copy older than what was acknowledged: its size when that was found, until somebody
-- accepts it. After an acceptance without a journal a yes of an entry before the floor is none, and what else permits and
-- is dated before its moment does not.
alter table head add column older integer;
alter table head add column floor integer not null default 0;
alter table head add column floor_at integer not null default 0;
-- Whether a mark of it was written: then it is missed where it is not there.
alter table head add column marked integer not null default 0;
