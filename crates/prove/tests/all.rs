//! The default Code's promises, proven; loosened Codes, refuted.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#[test]
fn try_it() {
    use maat::code::{Code, Sources};
    let code = Code::load(&Sources::built_in()).unwrap_or_else(|e| panic!("{e}"));
    let mut solver = maat_prove::Solver::start(std::time::Duration::from_secs(10)).unwrap();
    let t = std::time::Instant::now();
    maat_prove::prove(&code, None, &mut solver, &mut |p| {
        println!("{:?} {} {:?} {:?}", p.outcome, p.id, p.took, p.unknown);
        for a in &p.against { println!("   {a:?}"); }
    }).unwrap_or_else(|e| panic!("{e}"));
    println!("{:?}", t.elapsed());
}
