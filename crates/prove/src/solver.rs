//! The solver, cvc5: a process that is asked whether a question has an answer.

use std::process::Command;
use std::time::Duration;

use cedar_policy::Request;
use cedar_policy_symcc::err::Error;
use cedar_policy_symcc::solver::{LocalSolver, SolverError};
use cedar_policy_symcc::{CedarSymCompiler, CompiledPolicy, CompiledPolicySet};
use maat::mistake::{InProof, Mistake, Mistakes};
use tokio::runtime::Runtime;

/// What the solver said.
#[derive(Debug)]
pub enum Finding {
    /// It holds for every request.
    Holds,
    /// It does not, for this request.
    Fails(Box<Request>),
    /// No answer: its time was over, or it broke off. Never taken for a yes.
    Unknown(String),
}

/// Why an answer of the solver is none.
pub const UNCONFIRMED: &str = "the solver found a situation which the gate itself refuses";

/// A running solver.
pub struct Solver {
    runtime: Runtime,
    compiler: Option<CedarSymCompiler<LocalSolver>>,
    limit: Duration,
    version: String,
}

impl Solver {
    /// Starts cvc5, found on the path or named by the environment variable `CVC5`. `limit` is its
    /// time for one question.
    pub fn start(limit: Duration) -> Result<Self, Mistakes> {
        let version = version()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| broken(&error))?;
        let mut solver = Self { runtime, compiler: None, limit, version };
        solver.running()?;
        Ok(solver)
    }

    /// Its name and version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Whether whatever `one` allows, `other` allows too.
    pub fn implies(&mut self, one: &CompiledPolicySet, other: &CompiledPolicySet) -> Finding {
        self.ask(async |compiler| {
            compiler
                .check_implies_with_counterexample_opt(one, other)
                .await
                .map(|it| it.map(|env| env.request))
        })
    }

    /// Whether the policy matches every request of its kind.
    pub fn always_matches(&mut self, policy: &CompiledPolicy) -> Finding {
        self.ask(async |compiler| {
            compiler
                .check_always_matches_with_counterexample_opt(policy)
                .await
                .map(|it| it.map(|env| env.request))
        })
    }

    /// Whether the policy can be worked out for every request of its kind.
    pub fn never_errors(&mut self, policy: &CompiledPolicy) -> Finding {
        self.ask(async |compiler| {
            compiler
                .check_never_errors_with_counterexample_opt(policy)
                .await
                .map(|it| it.map(|env| env.request))
        })
    }

    fn ask(
        &mut self,
        question: impl AsyncFnOnce(&mut CedarSymCompiler<LocalSolver>) -> Result<Option<Request>, Error>,
    ) -> Finding {
        let mut compiler = match self.compiler.take().map_or_else(|| self.spawn(), Ok) {
            Ok(compiler) => compiler,
            Err(mistakes) => return Finding::Unknown(mistakes.to_string()),
        };
        // The solver keeps its own time; one that does not is left behind.
        let patience = self.limit + Duration::from_secs(2);
        let said = self
            .runtime
            .block_on(async { tokio::time::timeout(patience, question(&mut compiler)).await });
        match said {
            Ok(Ok(None)) => {
                self.compiler = Some(compiler);
                Finding::Holds
            }
            Ok(Ok(Some(request))) => {
                self.compiler = Some(compiler);
                Finding::Fails(Box::new(request))
            }
            Ok(Err(error)) => Finding::Unknown(error.to_string()),
            Err(_) => {
                Finding::Unknown(format!("no answer in its time, {} s", self.limit.as_secs()))
            }
        }
    }

    fn running(&mut self) -> Result<(), Mistakes> {
        self.compiler = Some(self.spawn()?);
        Ok(())
    }

    fn spawn(&self) -> Result<CedarSymCompiler<LocalSolver>, Mistakes> {
        let _inside = self.runtime.enter();
        let limit = format!("--tlimit-per={}", self.limit.as_millis());
        let mut command = tokio::process::Command::new(program());
        command.args(["--lang", "smt", &limit]).kill_on_drop(true);
        let process = LocalSolver::from_command(&mut command).map_err(|error| match error {
            SolverError::Io(error) => unstarted(&error),
            other => broken(&other),
        })?;
        CedarSymCompiler::new(process).map_err(|error| broken(&error))
    }
}

fn program() -> String {
    std::env::var("CVC5").unwrap_or_else(|_| "cvc5".to_owned())
}

fn version() -> Result<String, Mistakes> {
    let output =
        Command::new(program()).arg("--version").output().map_err(|error| unstarted(&error))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let first = text.lines().next().unwrap_or_default();
    match first.trim_start_matches("This is ").replace(" version", "") {
        version if version.starts_with("cvc5 ") => {
            Ok(version.split(" [").next().unwrap_or(&version).to_owned())
        }
        _ => Err(Mistake::new(program(), InProof::NotTheSolver).into()),
    }
}

fn unstarted(error: &std::io::Error) -> Mistakes {
    if error.kind() == std::io::ErrorKind::NotFound {
        return Mistake::new(program(), InProof::NoSolver).into();
    }
    broken(error)
}

fn broken(error: &dyn std::fmt::Display) -> Mistakes {
    Mistake::new(program(), InProof::SolverUnusable { said: error.to_string() }).into()
}
