//! One decision, remembered and not, beside the plain Cedar calls and the same rules in Rego.

use std::collections::HashSet;
use std::hint::black_box;
use std::time::Duration;

use maat::code::{Code, Sources};
use maat::gate::{Facts, Proposal, Remembered, Signature, decide};
use maat::profile::Moment;
use maat_benches::alternate::{Side, Times, alternate};
use maat_benches::cedar::Cedar;
use maat_benches::customer::Customer;
use maat_benches::random::Random;
use maat_benches::rego::{Rego, Way};
use maat_benches::table::{Aim, Table};
use maat_benches::{Outcome, briefs, generated};

const ROUNDS: usize = 41;
const TURN: Duration = Duration::from_millis(20);
/// Customers a single decision is measured with, one after another.
const CUSTOMERS: usize = 256;
/// Rows of the audience, in slices so that the sides take turns.
const ROWS: usize = 100_000;
const SLICES: usize = 20;

fn main() -> Outcome<()> {
    let sources = Sources::built_in();
    let code = Code::load(&sources)?;
    let proposal = Proposal::new(&code, briefs::five(&code)?, "five", "")?;
    let now = Moment::parse("2026-03-03T10:00").ok_or("no moment")?;
    let bench = Bench { code: &code, sources: &sources, proposal: &proposal, now };
    let mut table = Table::default();
    bench.single(&mut table)?;
    bench.unmet(&mut table)?;
    bench.audience(&mut table)?;
    large(&code, now, &mut table)?;
    println!("\n{table}");
    Ok(())
}

struct Bench<'a> {
    code: &'a Code,
    sources: &'a Sources,
    proposal: &'a Proposal,
    now: Moment,
}

impl Bench<'_> {
    fn people(&self, many: usize) -> Outcome<(Vec<Customer>, Vec<Facts>)> {
        let mut random = Random(42);
        let make = |_| Customer::usual(self.code, self.now, &mut random);
        let customers: Vec<Customer> = (0..many).map(make).collect();
        let facts = customers.iter().map(|it| it.facts(self.code)).collect::<Outcome<_>>()?;
        Ok((customers, facts))
    }

    /// Each signature once, all of them new to a memory that has met as many other people.
    fn unmet(&self, table: &mut Table) -> Outcome<()> {
        let (customers, facts) = self.people(2 * ROWS)?;
        let (met, others) = facts.split_at(ROWS);
        let mut remembered = self.remembered(met);
        let known: HashSet<Signature> = remembered.decisions().iter().map(|it| it.0).collect();
        let mut seen = known;
        let layout = self.proposal.layout();
        let new = others.iter().zip(customers.iter().skip(ROWS)).filter_map(|(facts, customer)| {
            let signature = layout.pack(facts);
            seen.insert(signature).then_some((signature, customer))
        });
        let (signatures, customers): (Vec<Signature>, Vec<Customer>) =
            new.map(|(signature, customer)| (signature, customer.clone())).unzip();
        let cedar = Cedar::new(self.code, self.sources, self.proposal.brief())?;
        let mut rego = Rego::new(self.code, self.proposal.brief())?;
        let mut times = [Times::default(), Times::default(), Times::default()];
        let slice = signatures.len().div_ceil(SLICES);
        for (signatures, customers) in signatures.chunks(slice).zip(customers.chunks(slice)) {
            let mut turns = [
                Side::new(signatures.len(), || {
                    for signature in signatures {
                        black_box(remembered.fresh(black_box(*signature)));
                    }
                    Ok(())
                }),
                Side::new(signatures.len(), || each(customers, |it| cedar.decide(it))),
                Side::new(signatures.len(), || {
                    each(customers, |it| rego.decide(Way::Compiled, it))
                }),
            ];
            for (side, times) in turns.iter_mut().zip(&mut times) {
                times.0.push(side.seconds()?);
            }
        }
        let [maat, plain, rego] = times;
        let what = format!("a decision, signature not met before ({} of them)", signatures.len());
        table.beside(&what, &maat, ("Cedar", &plain), Aim::Quicker(20.0));
        table.beside(&what, &maat, ("Rego, compiled", &rego), Aim::Quicker(1.0));
        Ok(())
    }

    /// A remembering gate that has seen all of them.
    fn remembered(&self, facts: &[Facts]) -> Remembered<'_> {
        let mut remembered = Remembered::new(self.code, self.proposal, self.now);
        for facts in facts {
            remembered.decide(facts);
        }
        remembered
    }

    fn single(&self, table: &mut Table) -> Outcome<()> {
        let (customers, facts) = self.people(CUSTOMERS)?;
        let cedar = Cedar::new(self.code, self.sources, self.proposal.brief())?;
        let mut compiled = Rego::new(self.code, self.proposal.brief())?;
        let mut interpreted = Rego::new(self.code, self.proposal.brief())?;
        let mut remembered = self.remembered(&facts);
        let sides = vec![
            Side::new(CUSTOMERS, || look_up(&mut remembered, &facts)),
            Side::new(CUSTOMERS, || {
                for facts in &facts {
                    black_box(decide(self.code, facts, self.proposal));
                }
                Ok(())
            }),
            Side::new(CUSTOMERS, || each(&customers, |it| cedar.decide(it))),
            Side::new(CUSTOMERS, || each(&customers, |it| compiled.decide(Way::Compiled, it))),
            Side::new(CUSTOMERS, || {
                each(&customers, |it| interpreted.decide(Way::Interpreted, it))
            }),
        ];
        let times = alternate(ROUNDS, TURN, sides)?;
        let [known, cold, plain, compiled, interpreted] = times.as_slice() else {
            return Err("five sides were measured".into());
        };
        table.alone("a decision, known signature", known, Aim::Under(1e-6));
        table.beside("a decision, known signature", known, ("Cedar", plain), Aim::Quicker(200.0));
        table.beside("a decision, cold", cold, ("Cedar", plain), Aim::Within(1.3));
        for (way, times) in [("Rego, compiled", compiled), ("Rego, interpreted", interpreted)] {
            table.beside("a decision, known signature", known, (way, times), Aim::Told);
            table.beside("a decision, cold", cold, (way, times), Aim::Told);
        }
        Ok(())
    }

    fn audience(&self, table: &mut Table) -> Outcome<()> {
        let (customers, facts) = self.people(ROWS)?;
        let cedar = Cedar::new(self.code, self.sources, self.proposal.brief())?;
        let mut rego = Rego::new(self.code, self.proposal.brief())?;
        // The memory begins empty: an audience pays for its own signatures.
        let mut remembered = Remembered::new(self.code, self.proposal, self.now);
        let mut times = [Times::default(), Times::default(), Times::default()];
        let slice = ROWS / SLICES;
        for (customers, facts) in customers.chunks(slice).zip(facts.chunks(slice)) {
            let mut turns = [
                Side::new(slice, || look_up(&mut remembered, facts)),
                Side::new(slice, || each(customers, |it| cedar.decide(it))),
                Side::new(slice, || each(customers, |it| rego.decide(Way::Compiled, it))),
            ];
            for (side, times) in turns.iter_mut().zip(&mut times) {
                times.0.push(side.seconds()?);
            }
        }
        let (signatures, evaluated) = (remembered.decisions().len(), remembered.evaluated());
        let [maat, plain, rego] = times.map(|slices| total(&slices, slice));
        let what = format!(
            "{ROWS} rows, memory empty at first ({signatures} signatures, {evaluated} rule evaluations)"
        );
        table.beside(&what, &maat, ("Cedar", &plain), Aim::Told);
        table.beside(&what, &maat, ("Rego, compiled", &rego), Aim::Told);
        Ok(())
    }
}

/// A Code with many more rules and signals: loading it, and a decision about somebody like nobody before.
fn large(code: &Code, now: Moment, table: &mut Table) -> Outcome<()> {
    let sources = generated::sources(code);
    let code = Code::load(&sources)?;
    let sizes = (code.rules().len(), code.declared().signals.len());
    if sizes != (generated::RULES, generated::SIGNALS) {
        return Err(format!("the large Code has {sizes:?} rules and signals").into());
    }
    let mut loading = Times::default();
    for _ in 0..ROUNDS {
        let mut load = Side::new(1, || {
            black_box(Code::load(black_box(&sources))?);
            Ok(())
        });
        loading.0.push(load.seconds()?);
    }
    let (rules, signals) = sizes;
    let named = format!("{rules} rules and {signals} signals");
    table.alone(&format!("`Code::load`, {named}"), &loading, Aim::Under(0.1));
    let proposal = Proposal::new(&code, generated::brief(&code)?, "large", "")?;
    let mut random = Random(42);
    let mut remembered = Remembered::new(&code, &proposal, now);
    let mut draw = |many: usize| -> Outcome<Vec<Signature>> {
        let pack =
            |_| Ok(proposal.layout().pack(&Customer::usual(&code, now, &mut random).facts(&code)?));
        (0..many).map(pack).collect()
    };
    let mut seen = HashSet::new();
    for signature in draw(ROWS)? {
        remembered.fresh(signature);
        seen.insert(signature);
    }
    let mut new = draw(ROWS)?;
    new.retain(|signature| seen.insert(*signature));
    let mut times = Times::default();
    for signatures in new.chunks(new.len().div_ceil(SLICES)) {
        let mut side = Side::new(signatures.len(), || {
            for signature in signatures {
                black_box(remembered.fresh(black_box(*signature)));
            }
            Ok(())
        });
        times.0.push(side.seconds()?);
    }
    let what = format!(
        "a decision, signature not met before, {named}, {} of them read",
        proposal.layout().signals().len()
    );
    table.alone(&what, &times, Aim::Under(1e-4));
    Ok(())
}

/// The whole audience as one time.
#[allow(clippy::cast_precision_loss)] // counts far below 2^52
fn total(slices: &Times, rows: usize) -> Times {
    Times(vec![slices.0.iter().sum::<f64>() * rows as f64])
}

fn look_up(remembered: &mut Remembered<'_>, facts: &[Facts]) -> Outcome<()> {
    for facts in facts {
        black_box(remembered.decide(black_box(facts)).ok_or("another moment")?);
    }
    Ok(())
}

fn each(
    customers: &[Customer],
    mut decide: impl FnMut(&Customer) -> Outcome<usize>,
) -> Outcome<()> {
    for customer in customers {
        black_box(decide(black_box(customer))?);
    }
    Ok(())
}
