//! The program `maat`.

use std::process::ExitCode;

fn main() -> ExitCode {
    maat_server::main()
}
