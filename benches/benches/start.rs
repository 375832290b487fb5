//! How long the Code takes to load, in process and for the whole program.

use std::hint::black_box;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use maat::code::{Code, Sources};
use maat_benches::alternate::{Side, alternate};
use maat_benches::table::{Aim, Table};
use maat_benches::{Outcome, repository};

const TIMES: usize = 30;
/// The aim of docs/benchmarks.md.
const START: Aim = Aim::Under(0.05);
const TURN: Duration = Duration::from_millis(1);

fn main() -> Outcome<()> {
    let sources = Sources::built_in();
    let mut table = Table::default();
    let load = Side::new(1, || {
        black_box(Code::load(&sources)?);
        Ok(())
    });
    let mut sides = vec![load];
    let program = program();
    if let Some(program) = program.clone() {
        let folder = repository::root().join("code");
        sides.push(Side::new(1, move || {
            let mut command = Command::new(&program);
            let status =
                command.args(["code", "show"]).arg(&folder).stdout(Stdio::null()).status()?;
            if status.success() { Ok(()) } else { Err("`maat code show` failed".into()) }
        }));
    }
    let times = alternate(TIMES, TURN, sides)?;
    for (what, times) in ["`Code::load` of the default Code", "`maat code show`, from start to end"]
        .iter()
        .zip(&times)
    {
        table.alone(what, times, START);
    }
    println!("\n{table}");
    if program.is_none() {
        println!(
            "The program was not there: build it with `cargo build --release`, or name it in MAAT_BIN."
        );
    }
    Ok(())
}

/// The program `maat`: named in `MAAT_BIN`, or built beside this benchmark.
fn program() -> Option<PathBuf> {
    let named = std::env::var_os("MAAT_BIN").map(PathBuf::from);
    let built =
        std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.parent()?.join("maat")));
    named.or(built).filter(|path| path.is_file())
}
