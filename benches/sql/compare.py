#!/usr/bin/env python3
"""Maat's gate over a Parquet file beside the same rules written by hand: as a SQL CASE in DuckDB (three.sql) and in
Polars (below), each also with the words put together once for all who are judged alike (once.sql), and beside copying
the columns that are read.

    cargo build --release -p maat-audience --example synthetic
    benches/sql/compare.py --rows 100000 1000000 10000000 --rounds 5

The sides take turns as child processes on one core. What they use of it is counted by the system, and so is the peak
of their memory. DuckDB and Polars come from PyPI, into a virtual environment in the folder for the files. Every output
is compared with Maat's, row for row."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGES = ["duckdb==2.0.1", "polars==2.1.0"]
# A side, and what it is called in the table.
SIDES = {
    "maat": "Maat",
    "duckdb-case": "DuckDB, CASE",
    "polars-case": "Polars, when/then",
    "duckdb-once": "DuckDB, each way once",
    "polars-once": "Polars, each way once",
    "duckdb-copy": "DuckDB, copy",
    "polars-copy": "Polars, copy",
}
# Those of the aims: the rules written down as they are.
AIMED = ["duckdb-case", "polars-case"]
COLUMNS = ["subject", "verdict", "depth", "permitted", "dropped", "reasons", "explanation"]
# The columns that the brief needs; an audience has more.
READ = [
    "subject", "consent.mail", "consent.profile", "consent.purchases", "objected", "suppressed", "restricted", "minor",
    "parental", "proof", "confirmed", "bought_before", "refusal_offered", "resting", "sent_7_days", "ceiling",
    "preference.topic.at", "purchase.category.at", "purchase.item.at",
]
DRAWN = 200_000


# ── The sides: each runs in a process of its own, and imports only its own library ──


def duckdb_open(people, words=None):
    import duckdb

    started = time.process_time()
    db = duckdb.connect()
    db.execute("SET threads = 1")
    db.execute(f"CREATE VIEW people AS FROM read_parquet('{people}')")
    if words:
        db.execute(f"CREATE TABLE words AS FROM read_parquet('{words}')")
    else:
        db.execute("CREATE TABLE words (wording INTEGER, explanation VARCHAR)")
    return db, started


def duckdb_side(kind, people, words, out):
    db, started = duckdb_open(people, words)
    if kind != "copy":
        db.execute((HERE / "three.sql").read_text())
    if kind == "once":
        db.execute((HERE / "once.sql").read_text())
    columns = ", ".join(f'"{name}"' for name in READ)
    what = {"case": "FROM decided", "once": "FROM decided_once", "copy": f"SELECT {columns} FROM people"}[kind]
    db.execute(f"COPY ({what}) TO '{out}' (FORMAT parquet, COMPRESSION snappy)")
    return started


def judged(people):
    """Each rule that can bite on somebody, as three.sql has them."""
    from datetime import datetime, timedelta

    import polars as pl

    c = pl.col
    now = datetime(2026, 3, 2, 10)
    mail, profile, purchases = c("consent.mail"), c("consent.profile"), c("consent.purchases")
    customer = c.bought_before & c.refusal_offered

    def old(signal, days):
        return (c(f"{signal}.at") < pl.lit(now.date() - timedelta(days))).fill_null(False)

    return people.select(
        c.subject,
        mail_consent=mail < 1,
        soft_sale=(mail == 1) & ~c.bought_before,
        soft_refusal=(mail == 1) & ~c.refusal_offered,
        address_confirmed=(mail >= 2) & ~c.confirmed & ~customer,
        proof_missing=~c.proof,
        objected=c.objected,
        suppressed=c.suppressed,
        restricted=c.restricted,
        minor_parental=c.minor & ~c.parental,
        frequency=c.sent_7_days >= 1,
        quiet_hours=pl.lit(now.hour >= 21 or now.hour < 8),
        resting=c.resting,
        minor=c.minor,
        topic_interest=profile < 1,
        category_interest=purchases < 1,
        item_clear=purchases < 2,
        topic_soft=(profile == 1) & ~customer,
        category_soft=(purchases == 1) & ~customer,
        topic_old=old("preference.topic", 730),
        category_old=old("purchase.category", 730),
        item_old=old("purchase.item", 365),
        topic_unknown=c("preference.topic.at").is_null(),
        category_unknown=c("purchase.category.at").is_null(),
        item_unknown=c("purchase.item.at").is_null(),
        ceiling_2=c.ceiling < 2,
        ceiling_3=c.ceiling < 3,
        mail_given=mail >= 2,
        topic_given=profile >= 2,
    )


def said(frame):
    """What comes of it, as three.sql has it."""
    import polars as pl

    c, lit = pl.col, pl.lit

    def case(*pairs, otherwise):
        chain = pl
        for test, value in pairs:
            chain = chain.when(test).then(lit(value))
        return chain.otherwise(lit(otherwise))

    topic, item = "preference.topic purchase.category", "purchase.item"
    refusing = [
        (c.mail_consent, "legal.mail-consent"), (c.soft_sale, "legal.soft-sale"), (c.soft_refusal, "legal.soft-refusal"),
        (c.address_confirmed, "legal.address-confirmed"), (c.proof_missing, "legal.consent-proof"),
        (c.objected, "legal.objection"), (c.suppressed, "legal.suppressed"), (c.restricted, "legal.restriction-message"),
        (c.minor_parental, "legal.minor-parental"), (c.frequency, "human.frequency"),
        (c.quiet_hours, "human.quiet-hours"), (c.resting, "human.rest"),
    ]
    softening = [
        (c.objected, "legal.objection-profiling"), (c.restricted, "legal.restriction"), (c.minor, "legal.minor-profile"),
        (c.topic_interest, "legal.ladder-interest"), (c.proof_missing, "legal.use-proof"), (c.topic_soft, "legal.soft-use"),
        (c.topic_old, "legal.retention"), (c.topic_unknown, "legal.accurate"),
        (c.category_interest & ~c.topic_interest, "legal.ladder-interest"),
        (c.category_soft & ~c.topic_soft, "legal.soft-use"), (c.category_old & ~c.topic_old, "legal.retention"),
        (c.category_unknown & ~c.topic_unknown, "legal.accurate"), (c.item_clear, "legal.ladder-clear"),
        (c.item_old & ~c.topic_old & ~c.category_old, "legal.retention"),
        (c.item_unknown & ~c.topic_unknown & ~c.category_unknown, "legal.accurate"), (c.ceiling_3, "human.ceiling"),
    ]
    told_of_refusal = sum((test.cast(pl.Int32) * (2 << n) for n, (test, _) in enumerate(refusing)), lit(1, pl.Int32))
    footing = c.topic_given.cast(pl.Int32) * 16 + (~c.item_clear).cast(pl.Int32) * 32
    told_of_use = (
        c.mail_given.cast(pl.Int32) * 2 + c.again_plain.cast(pl.Int32) * 4 + c.topic_plain.cast(pl.Int32) * 8
        + pl.when(c.topic_plain).then(lit(0, pl.Int32)).otherwise(footing)
    )
    plain = c.topic_plain & c.again_plain
    return (
        frame.with_columns(
            refused=pl.any_horizontal([test for test, _ in refusing]),
            unused=c.objected | c.restricted | c.minor | c.proof_missing,
        )
        .with_columns(
            topic_plain=c.unused | c.topic_interest | c.topic_soft | c.topic_old | c.topic_unknown | c.ceiling_2
            | c.category_interest | c.category_soft | c.category_old | c.category_unknown,
            again_plain=c.unused | c.item_clear | c.item_old | c.item_unknown | c.ceiling_3,
        )
        .select(
            c.subject,
            verdict=case((c.refused, "refuse"), (c.topic_plain | c.again_plain, "soften"), otherwise="allow"),
            depth=case((c.refused, 0), (~c.again_plain, 3), (~c.topic_plain, 2), otherwise=0).cast(pl.Int32),
            permitted=case(
                (c.refused | plain, ""), (c.topic_plain, item), (c.again_plain, topic), otherwise=f"{topic} {item}"
            ),
            dropped=case(
                (c.refused | plain, f"{topic} {item}"), (c.topic_plain, topic), (c.again_plain, item), otherwise=""
            ),
            reasons=pl.concat_str(
                [pl.when(test).then(lit(rule)) for test, rule in refusing + softening], separator=" ", ignore_nulls=True
            ),
            wording=pl.when(c.refused).then(told_of_refusal).otherwise(told_of_use),
        )
    )


def worded(frame, words):
    """The explanations, looked up by the number of their wording."""
    import polars as pl

    told = dict(words.iter_rows())
    texts = pl.Series([told.get(wording) for wording in range(max(told) + 1)], dtype=pl.String)
    return frame.with_columns(explanation=pl.lit(texts).gather(pl.col.wording)).drop("wording")


def polars_side(kind, people, words, out):
    import polars as pl

    started = time.process_time()
    people = pl.scan_parquet(people)
    if kind == "copy":
        frame = people.select(READ)
    elif kind == "case":
        frame = worded(said(judged(people)), pl.read_parquet(words))
    else:
        frame = polars_once(judged(people), pl.read_parquet(words))
    frame.sink_parquet(out, compression="snappy", statistics=False, engine="streaming")
    return started


def polars_once(people, words):
    """Each way to be judged is put in words once, as once.sql does it."""
    import polars as pl

    tests = [name for name in people.collect_schema().names() if name != "subject"]
    bits = (pl.col(name).cast(pl.Int32) * (1 << n) for n, name in enumerate(tests))
    numbered = people.select("subject", number=sum(bits, pl.lit(0, pl.Int32)))
    ways = numbered.select(subject="number").unique().collect(engine="streaming")
    ways = ways.with_columns(**{name: pl.col.subject & (1 << n) != 0 for n, name in enumerate(tests)})
    outcomes = worded(said(ways), words).rename({"subject": "number"})
    texts = ["verdict", "permitted", "dropped", "reasons", "explanation"]
    outcomes = outcomes.with_columns(pl.col(name).cast(pl.Enum(outcomes[name].unique())) for name in texts)
    joined = numbered.join(outcomes.lazy(), on="number", how="left", maintain_order="left")
    return joined.select(COLUMNS)


# ── What is not measured ──


def draw(rows, out):
    """People of whom each fact is drawn by itself, so that every rule is met but the quiet hours: in the audience that
    is measured nobody rests, nobody has a ceiling and nothing is older than 500 days."""
    import duckdb

    db = duckdb.connect()
    db.execute("SET threads = 1")
    db.execute("SELECT setseed(0.42)")

    def fact(name):
        if name == "subject":
            return "'person-' || nth"
        if name.startswith("consent."):
            return "floor(random() * 4)::UTINYINT"
        if name == "sent_7_days":
            return "greatest(0, floor(random() * 9 - 6))::INTEGER"
        if name == "ceiling":
            return "floor(random() * 6)::UTINYINT"
        if name.endswith(".at"):
            # Around the last day that is kept, too.
            ago = (
                "CASE floor(random() * 3) WHEN 0 THEN floor(random() * 900) WHEN 1 THEN 729 + floor(random() * 3) "
                "ELSE 364 + floor(random() * 3) END::INTEGER"
            )
            day = f"DATE '2026-03-02' - {ago}"
            return f"CASE WHEN random() < 0.8 THEN {day} END"
        return f"random() < {0.8 if name in ('proof', 'confirmed', 'bought_before', 'refusal_offered') else 0.1}"

    facts = ", ".join(f'{fact(name)} AS "{name}"' for name in READ)
    db.execute(f"COPY (SELECT {facts} FROM range({int(rows)}) numbers(nth)) TO '{out}' (FORMAT parquet)")


def export(people, decided, words):
    """The explanation of each wording, from Maat's own output; it fails where one has two."""
    db, _ = duckdb_open(people)
    db.execute((HERE / "three.sql").read_text())
    # A positional join pairs the rows: both are in the order of the audience.
    db.execute(
        f"CREATE TABLE told AS SELECT wording, explanation, count(*) AS rows FROM said('judged') POSITIONAL JOIN "
        f"(SELECT explanation FROM read_parquet('{decided}')) GROUP BY ALL"
    )
    twice = db.execute("SELECT count(*) - count(DISTINCT wording) FROM told").fetchone()[0]
    if twice:
        sys.exit(f"{twice} wordings have more than one explanation: three.sql does not tell all that is told")
    db.execute(f"COPY (SELECT wording, explanation FROM told) TO '{words}' (FORMAT parquet)")


def differing(decided, out):
    """How many rows there are, and in how many each column differs."""
    db, _ = duckdb_open(decided)
    counts = ", ".join(f"count(*) FILTER (ours.{name} IS DISTINCT FROM theirs.{name})" for name in COLUMNS)
    ours, theirs = (f"(SELECT {', '.join(COLUMNS)} FROM read_parquet('{path}'))" for path in (decided, out))
    row = db.execute(f"SELECT count(*), {counts} FROM {ours} ours POSITIONAL JOIN {theirs} theirs").fetchone()
    return {"rows": row[0], "differ": dict(zip(COLUMNS, row[1:]))}


def inside(args):
    """What a child process does; what it says is read by `called`."""
    what, *rest = args
    if what == "draw":
        return draw(*rest)
    if what == "export":
        return export(*rest)
    if what == "differing":
        return print(json.dumps(differing(*rest)))
    library, kind = what.split("-")
    started = {"duckdb": duckdb_side, "polars": polars_side}[library](kind, *rest)
    print(json.dumps({"started": started}))


# ── The measuring: imports nothing large, for a child's peak begins at that of its parent ──


def called(command):
    """Runs a command: CPU seconds, those before the work of a side began, and the peak of the memory in MiB."""
    env = os.environ | {"POLARS_MAX_THREADS": "1"}
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, env=env, text=True)
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command} failed: {process.returncode}")
    last = said.strip().splitlines()[-1:] or [""]
    told = json.loads(last[0]) if last[0].startswith("{") else {}
    return {"cpu": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss / 1024, **told}


def quartiles(values, form="{:.2f}"):
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3
    return f"{form} ({form}–{form})".format(middle, low, high)


class Turns:
    """The sides, and the files they read and write."""

    def __init__(self, options, python):
        self.options, self.python = options, python
        self.people, self.words = options.dir / "people.parquet", options.dir / "words.parquet"
        self.outs = {side: options.dir / f"{side}.parquet" for side in SIDES}

    def inside(self, what, *args):
        return called([self.python, __file__, "--inside", what, *args])

    def side(self, side):
        pinned, out = ["taskset", "-c", self.options.core], self.outs[side]
        if side == "maat":
            return called([*pinned, self.options.synthetic, "run", self.people, out, "few"])
        return called([*pinned, self.python, __file__, "--inside", side, self.people, self.words, out])

    def begin(self):
        """Maat's output, and the words of it."""
        self.side("maat")
        self.inside("export", self.people, self.outs["maat"], self.words)

    def check(self):
        """The outputs beside Maat's; it ends the program where any differs."""
        for side in SIDES:
            if side == "maat" or side.endswith("copy"):
                continue
            found = self.inside("differing", self.outs["maat"], self.outs[side])
            wrong = {name: count for name, count in found["differ"].items() if count}
            print(f"{found['rows']:,} rows, {SIDES[side]}: {wrong or 'none'} differ", file=sys.stderr)
            if wrong:
                sys.exit(1)

    def drawn(self):
        """Holds the rules by hand to Maat's on people who meet all of them."""
        self.inside("draw", DRAWN, self.people)
        self.begin()
        for side in SIDES:
            if not side.endswith("copy"):
                self.side(side)
        self.check()

    def measure(self, rows):
        if self.options.drawn:
            self.inside("draw", rows, self.people)
        else:
            called([self.options.synthetic, "make", rows, self.people, "few"])
        self.begin()
        took = {side: [] for side in SIDES}
        for nth in range(self.options.rounds):
            # Who begins changes, and nobody always comes after the same one.
            first = nth % len(SIDES)
            turn = [*SIDES][first:] + [*SIDES][:first]
            for side in turn if nth % 2 == 0 else reversed(turn):
                took[side].append(self.side(side))
                print(f"{rows:,} rows, {side}: {took[side][-1]['cpu']:.2f} s", file=sys.stderr)
        self.check()
        tell(rows, took)

    def end(self):
        for path in [self.people, self.words, *self.outs.values()]:
            path.unlink(missing_ok=True)


def tell(rows, took):
    aim = 1.5 if rows < 1_000_000 else 1.0
    ours = [round["cpu"] for round in took["maat"]]
    for side, name in SIDES.items():
        cpu = [round["cpu"] for round in took[side]]
        work = [round["cpu"] - round.get("started", 0) for round in took[side]]
        peak = max(round["peak"] for round in took[side])
        cells = [f"{rows:,}", name, f"{statistics.median(cpu):.2f} s", f"{statistics.median(work):.2f} s", f"{peak:.0f} MiB"]
        if side == "maat":
            cells += ["–"] * 4
        else:
            whole = [one / other for one, other in zip(ours, cpu)]
            bare = [one / other for one, other in zip(ours, work)]
            cells += [quartiles(whole), quartiles(bare)]
            held = statistics.median(bare) <= aim
            cells += [f"≤ {aim}", "held" if held else "**not held**"] if side in AIMED else ["–", "–"]
        print("|", " | ".join(cells), "|", flush=True)


def environment(folder):
    """A Python that has the libraries."""
    made = folder / "venv"
    python = made / "bin/python"
    if not python.exists():
        venv.create(made, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    return python


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000, 10_000_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--dir", type=Path, default=Path("/tmp/maat-sql"), help="where the files go: 2 GB for 10 million rows")
    parser.add_argument("--drawn", action="store_true", help="measure on people of whom each fact is drawn by itself")
    parser.add_argument("--core", default="1")
    parser.add_argument("--synthetic", type=Path, default=HERE.parents[1] / "target/release/examples/synthetic")
    options = parser.parse_args()
    options.dir.mkdir(parents=True, exist_ok=True)
    options.dir = options.dir.resolve()
    python = environment(options.dir)
    # What is not Maat has to start Python and import its library: the ratios are told with that and without it.
    print("| rows | what | CPU | without start | peak | Maat / this | … without its start | aim | |")
    print("|---|---|---|---|---|---|---|---|---|")
    turns = Turns(options, python)
    try:
        turns.drawn()
        for rows in options.rows:
            turns.measure(rows)
    finally:
        turns.end()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        inside(sys.argv[2:])
    else:
        main()
