//! What this machine's CPython says about a class that was lowered: the worker, as every run has it.

use continuous_backtest::discovery::{NoConfigFiles, Parameter, Params, Strategy, scan};
use continuous_backtest::market::Series;
use continuous_backtest::strategy::native::machine::{Finish, Said};
use continuous_backtest::strategy::native::verify::practice;
use continuous_backtest::strategy::native::{difference, read};
use continuous_backtest::strategy::worker::{Interpreter, Limits, Probes, Spec, Worker, find_interpreter};
use continuous_backtest::strategy::{Executor, FailureKind, Meaning, Outcome, ParamSet};
use std::path::{Path, PathBuf};
use std::sync::{Once, OnceLock};
use std::time::Duration;

/// Code of a module that never ends tells nothing, and is waited for no longer.
const WALL: Duration = Duration::from_secs(5);

/// The python3 of this machine.
pub fn interpreter() -> &'static Interpreter {
    static FOUND: OnceLock<Interpreter> = OnceLock::new();
    let only_path = |name: &str| ["PATH", "HOME"].contains(&name).then(|| std::env::var(name).ok()).flatten();
    FOUND.get_or_init(|| find_interpreter(None, Path::new("/"), &only_path, &Probes::none()).expect("a python3"))
}

/// The program whose hidden subcommand confines the worker. libFuzzer's process cannot be it.
fn launcher() -> PathBuf {
    let named = option_env!("CARGO_BIN_EXE_cbt").map(PathBuf::from);
    let named = named.or_else(|| std::env::var_os("CBT_FUZZ_LAUNCHER").map(PathBuf::from));
    named.expect("CBT_FUZZ_LAUNCHER is to name the program `cbt`: `just fuzz-guided` does")
}

/// Workers that cannot start would leave everything untold.
fn starts() {
    static STARTS: Once = Once::new();
    STARTS.call_once(|| {
        let dir = tempfile::tempdir().expect("a folder for a class");
        let class = "class PlainBot:\n    def on_bar(self, bar):\n        return 1 if bar.close > bar.open else 0\n";
        std::fs::write(dir.path().join("plain.py"), class).expect("a writable folder");
        let found = scan(&Params::new(vec![dir.path().to_owned()]), &NoConfigFiles).expect("a folder with a class");
        let plain = outcome(&found.strategies[0], &[], &practice(4));
        assert!(matches!(plain, Outcome::Ok(_)), "no worker answers here: {plain:?}");
    });
}

fn outcome(strategy: &Strategy, parameters: &[Parameter], series: &Series) -> Outcome {
    let scratch = tempfile::tempdir().expect("a folder for the worker");
    let mut worker = Worker::new(Spec {
        strategy: strategy.clone(),
        parameters: parameters.to_vec(),
        meaning: Meaning::default(),
        interpreter: interpreter().clone(),
        launcher: launcher(),
        scratch: scratch.path().to_owned(),
        limits: Limits { wall_per_call: WALL, ..Limits::default() },
        allow_unsandboxed: false,
        home: None,
    });
    worker.run(series, &[ParamSet::new()]).remove(0)
}

/// Native answers are CPython's, and where CPython raises, native code left at that bar or before.
pub fn holds(strategy: &Strategy, parameters: &[Parameter], series: &Series, finish: Finish, mut said: Said) {
    // The bar at which native code left; an infinite answer is for CPython to refuse.
    let native = match finish {
        Finish::Done => read(&mut said).map_err(Some),
        Finish::Bail { bar, .. } => Err(bar),
        // CPython would be as long about it.
        Finish::Fuel { .. } | Finish::Memory { .. } => return,
    };
    starts();
    match (outcome(strategy, parameters, series), native) {
        (Outcome::Ok(cpython), Ok(native)) => {
            let parted = difference(&cpython, &native);
            assert!(parted.is_none(), "CPython and native code part: {parted:?}");
        }
        (Outcome::Raised(failure) | Outcome::Infeasible(failure), _) if failure.kind == FailureKind::MissingModule => {}
        (Outcome::Raised(failure) | Outcome::Infeasible(failure), native) => {
            let left_in_time = match native {
                Ok(_) => false,
                Err(None) => true,
                Err(Some(bar)) => failure.bar.is_some_and(|raised| bar <= raised),
            };
            assert!(left_in_time, "CPython raised, and native code went on: {failure:?}");
        }
        (Outcome::Ok(_) | Outcome::Timeout(_) | Outcome::Crash(_), _) => {}
        (Outcome::Bail { bar, why }, _) => panic!("CPython bailed at {bar}: {why}"),
    }
}
