//! Running the program.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

/// The arguments that run the example.
pub const EXAMPLE: [&str; 4] =
    ["gate", "examples/again/brief.toml", "--audience", "examples/customers.csv"];

/// What a run printed, and its exit code.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// The root of the repository, where the tests run the program.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The program, with nothing of the caller's environment that it would listen to.
pub fn command() -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("maat"));
    command.current_dir(root());
    for (name, _) in std::env::vars() {
        let heard = ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "RUST_BACKTRACE"];
        if name.starts_with("MAAT_") || heard.contains(&name.as_str()) {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a command that was made ready.
pub fn run(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).expect("what is printed is UTF-8");
    let ran =
        Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) };
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
    ran
}

/// Runs the program with arguments.
pub fn maat<S: AsRef<std::ffi::OsStr>>(args: &[S]) -> Ran {
    run(command().args(args))
}

/// The same, in English.
pub fn english<S: AsRef<std::ffi::OsStr>>(args: &[S]) -> Ran {
    run(command().args(args).args(["--lang", "en"]))
}

/// Runs the program with `--json`, and reads what it prints.
pub fn json(args: &[&str]) -> Value {
    read(&run(command().args(args).arg("--json")).well())
}

/// Reads JSON.
pub fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

impl Ran {
    /// What it printed; it must have ended well and without a complaint.
    pub fn well(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""), "{}", self.out);
        self.out
    }

    /// What it complained; it must have ended with 2 before it printed anything, and say how to
    /// mend it.
    pub fn refused(self) -> String {
        assert_eq!((self.code, self.out.as_str()), (Some(2), ""), "{}", self.err);
        assert!(self.err.starts_with("error: "), "{}", self.err);
        assert!(self.err.contains("mend: "), "{}", self.err);
        self.err
    }
}

/// Compares with the snapshot of that name. The Code's hash is left out, for it changes with each
/// letter of the Code.
pub fn snapshot(name: &str, text: &str) {
    // What changes with the Code and its proof, and not with what is shown.
    static CHANGING: OnceLock<(String, [String; 2])> = OnceLock::new();
    let (hash, promises) = CHANGING.get_or_init(|| {
        let of = |lang: &str| {
            let out = maat(&["code", "check", "--lang", lang]).well();
            out.lines().last().unwrap().to_owned()
        };
        (json(&["code", "show"])["hash"].as_str().unwrap().to_owned(), [of("nl"), of("en")])
    });
    let text = text.replace(hash, "[code hash]").replace(&hash[..12], "[hash]");
    let text = promises.iter().fold(text, |text, line| text.replace(line, "[promises]"));
    let settings = || {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings
    };
    settings().bind(|| insta::assert_snapshot!(name, text));
}

/// The strings of a JSON list.
pub fn strings(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect()
}
