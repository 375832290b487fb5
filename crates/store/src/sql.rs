//! Every statement of the ledger, once, for both databases. `?1` is always the controller.

/// Declares each statement by name, and the list of all of them, which a test goes through.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* pub(crate) const $name: &str = $sql;)*
        /// Every statement with its name.
        #[cfg(test)]
        pub(crate) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name),)*];
    };
}

statements! {
    HEAD = "select size, peaks, latest, older from head where controller = ?1";
    /// As [`PERSON_NOW`] has it.
    WHOLE = "select size, older, floor, floor_at, latest from head where controller = ?1";
    /// With the values of a tree without entries; where there is one, what was noted first stays.
    SET_OLDER = "insert into head (controller, size, peaks, latest, older)
        values (?1, ?2, ?3, ?4, ?5)
        on conflict (controller) do update set older = coalesce(head.older, head.size)";
    /// ?2 and ?3: from where on what permits does.
    ACCEPT = "update head set older = null, floor = ?2, floor_at = ?3 where controller = ?1";
    /// The first write of all makes the mark, so that only from the second one on it can be missed.
    SET_HEAD = "insert into head (controller, size, peaks, latest) values (?1, ?2, ?3, ?4)
        on conflict (controller) do update
        set size = excluded.size, peaks = excluded.peaks, latest = excluded.latest, marked = 1";

    ADD_ENTRY = "insert into entry (controller, number, at, kind, subject, payload, salt, commitment)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    /// The value of a signal that nothing rests on any more.
    EMPTY_ENTRY = "update entry set payload = null, salt = null where controller = ?1 and number = ?2";
    ENTRY = "select number, at, kind, subject, payload, salt, commitment from entry
        where controller = ?1 and number = ?2";
    ENTRIES = "select number, at, kind, subject, payload, salt, commitment from entry
        where controller = ?1 and number >= ?2 order by number limit ?3";
    /// Asked for them outright, SQLite would go through all entries of the controller.
    ENTRIES_OF = "select number, at, kind, subject, payload, salt, commitment from entry
        where controller = ?1 and number in
        (select number from entry where controller = ?1 and subject = ?2)";
    LEAVES = "select number, at, kind, commitment from entry
        where controller = ?1 and number >= ?2 and number < ?3 order by number";

    ADD_NODE = "insert into node (controller, level, place, hash) values (?1, ?2, ?3, ?4)";
    NODES = "select place, hash from node
        where controller = ?1 and level = ?2 and place >= ?3 and place < ?4 order by place";

    PERSON = "select state, seal from person where controller = ?1 and subject = ?2";
    /// With what the head says of the whole ledger, of one moment.
    PERSON_NOW = "select p.state, p.seal, h.size, h.older, h.floor, h.floor_at, h.latest
        from person p join head h on h.controller = p.controller
        where p.controller = ?1 and p.subject = ?2";
    SET_PERSON = "insert into person (controller, subject, state, seal) values (?1, ?2, ?3, ?4)
        on conflict (controller, subject) do update
        set state = excluded.state, seal = excluded.seal";
    /// The next persons by subject, for a walk over all of them.
    SUBJECTS = "select subject from person where controller = ?1 and subject > ?2
        order by subject limit ?3";

    SIGNAL = "select signal, value, source, seen, expires, at, rank, number, seal from signal
        where controller = ?1 and subject = ?2 and signal = ?3";
    SIGNALS = "select signal, value, source, seen, expires, at, rank, number, seal from signal
        where controller = ?1 and subject = ?2 order by signal";
    SET_SIGNAL = "insert into signal (controller, subject, signal, value, source, seen, expires, at,
        rank, number, seal) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
        on conflict (controller, subject, signal) do update set value = excluded.value,
        source = excluded.source, seen = excluded.seen, expires = excluded.expires,
        at = excluded.at, rank = excluded.rank, number = excluded.number, seal = excluded.seal";
    /// Signals of one kind that were seen before a moment.
    OLD_SIGNALS = "select subject, number from signal
        where controller = ?1 and signal = ?2 and seen < ?3 order by seen limit ?4";
    /// Signals that have come to an end of their own.
    ENDED_SIGNALS = "select subject, number, signal from signal
        where controller = ?1 and expires <= ?2 order by expires limit ?3";
    REMOVE_SIGNAL = "delete from signal where controller = ?1 and subject = ?2 and signal = ?3";

    ADD_MESSAGE = "insert into message (controller, subject, at, number, brief, channel, marketing)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    MESSAGES = "select at, number, brief, channel, marketing from message
        where controller = ?1 and subject = ?2 order by at, number";

    REQUEST = "select request, kind, received, due, answered, outcome from request
        where controller = ?1 and subject = ?2 and request = ?3";
    REQUESTS = "select request, kind, received, due, answered, outcome from request
        where controller = ?1 and subject = ?2 order by received, request";
    SET_REQUEST = "insert into request (controller, subject, request, kind, received, due, answered,
        outcome) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        on conflict (controller, subject, request) do update set kind = excluded.kind,
        received = excluded.received, due = excluded.due, answered = excluded.answered,
        outcome = excluded.outcome";
    /// As [`OPEN_REQUESTS`], after one of them.
    OPEN_REQUESTS_AFTER = "select subject, request, kind, received, due, answered, outcome from request
        where controller = ?1 and answered is null and (due, subject, request) > (?3, ?4, ?5)
        order by due, subject, request limit ?2";
    /// The entries about somebody, after a number.
    ENTRIES_OF_AFTER = "select number, at, kind, subject, payload, salt, commitment from entry
        where controller = ?1 and subject = ?2 and number > ?3 order by number limit ?4";
    OPEN_REQUESTS = "select subject, request, kind, received, due, answered, outcome from request
        where controller = ?1 and answered is null order by due, subject limit ?2";

    SUPPRESSION = "select at from suppression where controller = ?1 and hash = ?2";
    ADD_SUPPRESSION = "insert into suppression (controller, hash, at) values (?1, ?2, ?3)
        on conflict (controller, hash) do nothing";
    REMOVE_SUPPRESSION = "delete from suppression where controller = ?1 and hash = ?2";

    ADD_ADDRESS = "insert into address (controller, subject, hash, address, seal)
        values (?1, ?2, ?3, ?4, ?5) on conflict (controller, subject, hash) do update
        set address = excluded.address, seal = excluded.seal";
    ADDRESSES = "select address, seal from address
        where controller = ?1 and subject = ?2 order by address";
    /// Whose address it is.
    ADDRESSED = "select subject, address, seal from address where controller = ?1 and hash = ?2
        order by subject";
    REMOVE_ADDRESS = "delete from address where controller = ?1 and subject = ?2 and hash = ?3";
    ERASE_ADDRESSES = "delete from address where controller = ?1 and subject = ?2";

    ADD_LIKENESS = "insert into likeness (controller, hash, subject) values (?1, ?2, ?3)
        on conflict (controller, hash, subject) do nothing";
    ERASE_LIKENESS = "delete from likeness where controller = ?1 and subject = ?2";
    ERASE_LIKENESS_TO = "delete from likeness where controller = ?1 and hash = ?2";
    ADDRESS_HASHES = "select hash from address where controller = ?1 and subject = ?2";
    /// Whoever may be meant by a hash.
    MEANT = "select subject from address where controller = ?1 and hash = ?2
        union select subject from likeness where controller = ?1 and hash = ?2";
    /// Pairs that may be one person.
    ALIKE = "select a.subject, o.subject from address a join address o
            on o.controller = a.controller and o.hash = a.hash and o.subject > a.subject
            where a.controller = ?1
        union select l.subject, o.subject from likeness l join likeness o
            on o.controller = l.controller and o.hash = l.hash and o.subject > l.subject
            where l.controller = ?1
        union select case when a.subject < l.subject then a.subject else l.subject end,
                case when a.subject < l.subject then l.subject else a.subject end
            from likeness l join address a
            on a.controller = l.controller and a.hash = l.hash and a.subject <> l.subject
            where l.controller = ?1
        order by 1, 2";

    ADD_PASSCODE = "insert into passcode (controller, ticket, subject, code, ends, tries)
        values (?1, ?2, ?3, ?4, ?5, ?6)";
    /// ?3: now; ?4: the most tries; ?5: the latest end that a code can have.
    TRY_PASSCODE = "update passcode set tries = tries + 1
        where controller = ?1 and ticket = ?2 and ends > ?3 and tries < ?4 and ends <= ?5";
    PASSCODE = "select subject, code from passcode where controller = ?1 and ticket = ?2";
    REMOVE_PASSCODE = "delete from passcode where controller = ?1 and ticket = ?2";
    /// ?2: now; ?3: the latest end that a code can have.
    REMOVE_PASSCODES = "delete from passcode where controller = ?1 and (ends <= ?2 or ends > ?3)";
    /// Asked for them outright, SQLite would go through all codes of the controller.
    ERASE_PASSCODES = "delete from passcode where controller = ?1 and ticket in
        (select ticket from passcode where controller = ?1 and subject = ?2)";

    ERASURE = "select at, number from erasure where controller = ?1 and hash = ?2";
    SET_ERASURE = "insert into erasure (controller, hash, at, number) values (?1, ?2, ?3, ?4)
        on conflict (controller, hash) do update set at = excluded.at, number = excluded.number";
    ERASE_ENTRY = "update entry set subject = null, payload = null, salt = null
        where controller = ?1 and number = ?2";
    ERASE_PERSON = "delete from person where controller = ?1 and subject = ?2";
    ERASE_SIGNALS = "delete from signal where controller = ?1 and subject = ?2";
    ERASE_MESSAGES = "delete from message where controller = ?1 and subject = ?2";
    ERASE_REQUESTS = "delete from request where controller = ?1 and subject = ?2";

    ADD_CHECKPOINT = "insert into checkpoint (controller, size, at, note) values (?1, ?2, ?3, ?4)
        on conflict (controller, size) do nothing";
    CHECKPOINTS = "select size, at, note from checkpoint where controller = ?1 order by size";
    LAST_CHECKPOINT = "select size, at, note from checkpoint
        where controller = ?1 order by size desc limit 1";

    API_KEY = "select id, hash, name, grants, made, ends, used from api_key
        where controller = ?1 and id = ?2";
    API_KEYS = "select id, hash, name, grants, made, ends, used from api_key
        where controller = ?1 order by made, id";
    ADD_API_KEY = "insert into api_key (controller, id, hash, name, grants, made)
        values (?1, ?2, ?3, ?4, ?5, ?6)";
    END_API_KEY = "update api_key set ends = ?3
        where controller = ?1 and id = ?2 and (ends is null or ends > ?3)";
    /// Without the hash of its secret it fits nobody, whatever a clock says later.
    SPEND_API_KEY = "update api_key set hash = ?3 where controller = ?1 and id = ?2";
    /// A day that lies ahead was noted under a clock that was ahead.
    USED_API_KEY = "update api_key set used = ?3 where controller = ?1 and id = ?2
        and (used is null or used < ?3 or used > ?3 + 1)";

    REPLAY = "select request, status, body, at from replay where controller = ?1 and hash = ?2";
    CLAIM_REPLAY = "insert into replay (controller, hash, request, at) values (?1, ?2, ?3, ?4)
        on conflict (controller, hash) do nothing";
    ANSWER_REPLAY = "update replay set status = ?3, body = ?4 where controller = ?1 and hash = ?2";
    REMOVE_REPLAY = "delete from replay where controller = ?1 and hash = ?2";
    RELEASE_REPLAY = "delete from replay where controller = ?1 and hash = ?2 and status is null";
    /// ?2: answers older than this are past their time. ?3: older ones without an answer never get one.
    /// ?4: later ones are of a clock that was ahead.
    REMOVE_REPLAYS = "delete from replay where controller = ?1
        and ((at < ?3 and (at < ?2 or status is null)) or at > ?4)";

    DELIVERY = "select hash from delivery where controller = ?1 and hash = ?2";
    ADD_DELIVERY = "insert into delivery (controller, hash, at) values (?1, ?2, ?3)
        on conflict (controller, hash) do nothing";
    REMOVE_DELIVERIES = "delete from delivery where controller = ?1 and at < ?2";

    /// The newest version of every brief.
    BRIEFS = "select brief, version, at, author, content, text from brief as b where controller = ?1
        and version = (select max(version) from brief where controller = ?1 and brief = b.brief)
        order by brief";
    BRIEF = "select brief, version, at, author, content, text from brief
        where controller = ?1 and brief = ?2 order by version desc limit 1";
    BRIEF_VERSION = "select brief, version, at, author, content, text from brief
        where controller = ?1 and brief = ?2 and version = ?3";
    BRIEF_VERSIONS = "select brief, version, at, author, content, text from brief
        where controller = ?1 and brief = ?2 order by version desc";
    ADD_BRIEF = "insert into brief (controller, brief, version, at, author, content, text)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    ADD_SIGNATURE = "insert into signature (controller, brief, content, code, name, at)
        values (?1, ?2, ?3, ?4, ?5, ?6)
        on conflict (controller, brief, content, code, name) do nothing";
    SIGNATURES = "select content, code, name, at from signature
        where controller = ?1 and brief = ?2 order by at, name";

    LAST_AUDIT = "select number from audit where controller = ?1 order by number desc limit 1";
    ADD_AUDIT = "insert into audit (controller, number, at, who, what, about, subject)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    /// Those before a number, the newest in front; an empty name or kind is any.
    AUDIT = "select number, at, who, what, about, subject from audit where controller = ?1
        and number < ?2 and (?3 = '' or who = ?3) and (?4 = '' or what = ?4)
        order by number desc limit ?5";
    /// Asked for them outright, SQLite would go through all of the controller.
    AUDIT_OF = "select number, at, who, what, about, subject from audit where controller = ?1
        and number in (select number from audit
        where controller = ?1 and subject = ?2 and number < ?3) order by number desc limit ?4";
    ERASE_AUDIT = "update audit set subject = null where controller = ?1
        and number in (select number from audit where controller = ?1 and subject = ?2)";

    MAILING = "select mailing, brief, content, code, made, state, worker, lease from mailing
        where controller = ?1 and mailing = ?2";
    /// The newest in front.
    MAILINGS = "select mailing, brief, content, code, made, state from mailing
        where controller = ?1 order by made desc, mailing desc limit ?2";
    ADD_MAILING = "insert into mailing (controller, mailing, brief, content, code, made, state)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    ADD_LINK = "insert into click (controller, mailing, link, address, path)
        values (?1, ?2, ?3, ?4, ?5) on conflict (controller, mailing, link) do nothing";
    LINKS = "select address, path, clicks from click
        where controller = ?1 and mailing = ?2 order by link";
    CLICKED = "update click set clicks = clicks + 1
        where controller = ?1 and mailing = ?2 and link = ?3";
    STEER_MAILING = "update mailing set state = ?3 where controller = ?1 and mailing = ?2";
    RELEASE_MAILING = "update mailing set lease = null
        where controller = ?1 and mailing = ?2 and worker = ?3";
    STOP_MAILINGS = "update mailing set state = 'stopped'
        where controller = ?1 and state in ('running', 'paused')";
    TAKE_MAILING = "update mailing set worker = ?3, lease = ?4
        where controller = ?1 and mailing = ?2";

    ADD_WAITING = "insert into outbox (controller, mailing, subject, due, changed)
        values (?1, ?2, ?3, ?4, ?5) on conflict (controller, mailing, subject) do nothing";
    /// An insert, so that on PostgreSQL many travel together.
    SET_OUTBOX = "insert into outbox (controller, mailing, subject, state, tries, due, suspect, why,
        changed) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        on conflict (controller, mailing, subject) do update set state = excluded.state,
        tries = excluded.tries, due = excluded.due, suspect = excluded.suspect, why = excluded.why,
        changed = excluded.changed";
    /// Those that are due, the longest due in front.
    WAITING = "select subject, tries, due, suspect, why from outbox
        where controller = ?1 and mailing = ?2 and state = 'waiting' and due <= ?3
        order by due, subject limit ?4";
    NEXT_WAITING = "select due from outbox where controller = ?1 and mailing = ?2
        and state = 'waiting' order by due limit 1";
    /// The state is looked at afterwards: asked for it, PostgreSQL would go through all that are being
    /// handed over for each of many.
    IN_OUTBOX = "select subject, tries, due, suspect, why, state from outbox
        where controller = ?1 and mailing = ?2 and subject = ?3";
    /// Those that are due only after ?3: a clock was ahead when they were put off.
    LATE_WAITING = "select subject from outbox where controller = ?1 and mailing = ?2
        and state = 'waiting' and due > ?3 order by due, subject";
    HASTEN = "update outbox set due = ?4, changed = ?4
        where controller = ?1 and mailing = ?2 and subject = ?3";
    /// What of somebody is being handed over, or may have been.
    OPEN_OUTBOX = "select o.mailing, o.subject, o.state, o.changed, o.suspect, m.lease
        from outbox o join mailing m on m.controller = o.controller and m.mailing = o.mailing
        where o.controller = ?1 and o.subject = ?2 and o.mailing in
        (select mailing from outbox where controller = ?1 and subject = ?2)
        and (o.state = 'handing' or (o.suspect = 1 and o.state <> 'sent'))";
    FIRST_HANDING = "select subject from outbox where controller = ?1 and mailing = ?2
        and state = 'handing' order by subject limit 1";
    /// Asked first and changed one by one: in one statement, PostgreSQL would look through all of the mailing for each.
    HANDING = "select subject from outbox where controller = ?1 and mailing = ?2
        and state = 'handing' order by subject";
    SUSPECT = "update outbox set state = 'waiting', suspect = 1, changed = ?4
        where controller = ?1 and mailing = ?2 and subject = ?3";
    COUNT_OUTBOX = "select state, why, count(*), count(*) filter (where suspect = 1) from outbox
        where controller = ?1 and mailing = ?2 group by state, why";
    /// As the one before: else it would go through all of the controller.
    ERASE_OUTBOX = "delete from outbox where controller = ?1 and subject = ?2 and mailing in
        (select mailing from outbox where controller = ?1 and subject = ?2)";

    OUTBOX_OF = "select mailing, state, why, changed from outbox where controller = ?1
        and subject = ?2 and mailing in
        (select mailing from outbox where controller = ?1 and subject = ?2) order by changed, mailing";
    /// One that is not under way and was made before a moment, the oldest.
    OLD_MAILING = "select mailing from mailing where controller = ?1 and made < ?2
        and state <> 'running' order by made limit 1";
    REMOVE_OUTBOX = "delete from outbox where controller = ?1 and mailing = ?2 and subject in
        (select subject from outbox where controller = ?1 and mailing = ?2 limit ?3)";
    REMOVE_LINKS = "delete from click where controller = ?1 and mailing = ?2";
    REMOVE_MAILING = "delete from mailing where controller = ?1 and mailing = ?2";

    /// How many people there are.
    PERSONS = "select count(*) from person where controller = ?1";
    /// The people at a place in the list of them.
    PERSONS_FROM = "select subject from person where controller = ?1
        order by subject limit ?2 offset ?3";
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A database of the newest schema, with nothing in it.
    fn schema() -> rusqlite::Connection {
        let schema = rusqlite::Connection::open_in_memory().unwrap();
        crate::sqlite::plan_once(&schema).unwrap();
        for migration in crate::migrate::SQLITE {
            schema.execute_batch(migration.sql).unwrap();
        }
        schema
    }

    /// The steps by which SQLite carries out a statement.
    fn plan(schema: &rusqlite::Connection, sql: &str) -> Vec<String> {
        let mut explained = schema.prepare(&format!("explain query plan {sql}")).unwrap();
        for nth in 1..=explained.parameter_count() {
            explained.raw_bind_parameter(nth, 1).unwrap();
        }
        explained.raw_query().mapped(|row| row.get(3)).collect::<Result<_, _>>().unwrap()
    }

    /// Whatever is about one subject or entry reads no more than that.
    #[test]
    fn sqlite_finds_everything_about_a_subject_by_an_index() {
        let schema = schema();
        for (name, sql) in ALL.iter().filter(|(_, sql)| !sql.starts_with("insert")) {
            for step in plan(&schema, sql) {
                assert!(!step.starts_with("SCAN"), "{name}: {step}");
                // The head of a controller is one row.
                let whole = step.ends_with("(controller=?)") && !step.starts_with("SEARCH h ");
                assert!(!whole || !sql.contains("subject = ?2"), "{name}: {step}");
            }
        }
    }

    /// A worker asks for a few rows of a mailing of a million again and again.
    #[test]
    fn sqlite_finds_the_next_of_a_mailing_without_reading_the_others() {
        let schema = schema();
        let row = "PRIMARY KEY (controller=? AND mailing=? AND subject=?)";
        let handing = "outbox_handing (controller=? AND mailing=?)";
        let subject = "outbox_subject (controller=? AND subject=?)";
        for (sql, indices) in [
            (WAITING, vec!["outbox_waiting (controller=? AND mailing=? AND due<?)"]),
            (NEXT_WAITING, vec!["outbox_waiting (controller=? AND mailing=?)"]),
            (FIRST_HANDING, vec![handing]),
            (HANDING, vec![handing]),
            (SUSPECT, vec![row]),
            (HASTEN, vec![row]),
            (LATE_WAITING, vec!["outbox_waiting (controller=? AND mailing=? AND due>?)"]),
            (IN_OUTBOX, vec![row]),
            (ERASE_OUTBOX, vec![row, subject]),
        ] {
            let steps = plan(&schema, sql);
            let found: Vec<_> = steps.iter().filter(|step| step.starts_with("SEARCH")).collect();
            assert_eq!(found.len(), indices.len(), "{sql}: {steps:?}");
            for (step, index) in found.into_iter().zip(indices) {
                assert!(step.ends_with(index), "{sql}: {steps:?}");
            }
            assert!(!steps.iter().any(|step| step.contains("ORDER BY")), "{sql}: {steps:?}");
        }
    }

    #[test]
    fn every_statement_binds_the_controller() {
        for (name, sql) in ALL {
            let tables = sql.matches("from ").count() + usize::from(sql.starts_with("update "));
            let bound = sql.matches("controller = ?1").count()
                + sql.matches("e.controller = c.controller").count();
            if sql.starts_with("insert") {
                assert!(sql.contains("(controller, "), "{name} inserts without a controller");
                assert!(sql.contains("values (?1, "), "{name} inserts another controller");
            } else {
                assert!(bound >= tables.max(1), "{name} reads {tables} tables, binds {bound}");
            }
            assert!(!sql.contains(';'), "{name} is more than one statement");
        }
        assert!(ALL.len() > 30, "the list is not complete");
    }
}
