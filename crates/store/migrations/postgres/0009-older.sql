-- A ledger that was put back from a copy older than what was acknowledged: its size when that was found, until somebody
-- accepts it. After an acceptance without a journal a yes of an entry before the floor is none, and what else permits and
-- is dated before its moment does not.
alter table head add column older bigint;
alter table head add column floor bigint not null default 0;
alter table head add column floor_at bigint not null default 0;
-- Whether a mark of it was written: then it is missed where it is not there.
alter table head add column marked bigint not null default 0;

-- A backup reads every company's rows in one transaction, and a restored one writes them: only where a transaction says
-- that it is one.
create policy backup on head using ((select current_setting('maat.backup', true)) = 'on');
create policy backup on entry using ((select current_setting('maat.backup', true)) = 'on');
create policy backup on node using ((select current_setting('maat.backup', true)) = 'on');
create policy backup on person using ((select current_setting('maat.backup', true)) = 'on');
create policy backup on signal using ((select current_setting('maat.backup', true)) = 'on');
create policy backup on message using ((select current_setting('maat.backup', true)) = 'on');
create policy backup on request using ((select current_setting('maat.backup', true)) = 'on');
create policy backup on suppression using ((select current_setting('maat.backup', true)) = 'on');
create policy backup on erasure using ((select current_setting('maat.backup', true)) = 'on');
create policy backup on checkpoint using ((select current_setting('maat.backup', true)) = 'on');
create policy backup on api_key using ((select current_setting('maat.backup', true)) = 'on');
create policy backup on replay using ((select current_setting('maat.backup', true)) = 'on');
create policy backup on address using ((select current_setting('maat.backup', true)) = 'on');
create policy backup on passcode using ((select current_setting('maat.backup', true)) = 'on');
create policy backup on brief using ((select current_setting('maat.backup', true)) = 'on');
create policy backup on signature using ((select current_setting('maat.backup', true)) = 'on');
create policy backup on audit using ((select current_setting('maat.backup', true)) = 'on');
create policy backup on mailing using ((select current_setting('maat.backup', true)) = 'on');
create policy backup on outbox using ((select current_setting('maat.backup', true)) = 'on');
create policy backup on click using ((select current_setting('maat.backup', true)) = 'on');
create policy backup on likeness using ((select current_setting('maat.backup', true)) = 'on');
