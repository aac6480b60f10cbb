//! Nothing that one set does can be seen by the next, and a set that dies costs itself only.

use super::seat::{NAN, Seat, assert_targets, class, market, on_bar, set, targets};
use continuous_backtest::discovery::PlaceKind;
use continuous_backtest::strategy::{Executor, FailureKind, Outcome, ParamSet, Value};
use std::fs;

/// A class that does `leak` and answers 1 where `seen` was already so when it was built.
fn leaking(leak: &str, seen: &str) -> Seat {
    let source = format!(
        "
import builtins, collections, contextvars, decimal, json, logging, math, os, random, shutil, signal, statistics, sys
import __main__, atexit, tempfile, threading, time, warnings
MODULE = []
class S:
    SHARED = []
    def __init__(self):
        self.seen = bool({seen})
        {leak}
    def on_bar(self, bar): return self.seen
"
    );
    Seat::new(&source, on_bar())
}

#[test]
fn a_set_cannot_see_the_one_before() {
    for (leak, seen) in [
        ("S.SHARED.append(1)", "S.SHARED"),
        ("MODULE.append(1)", "MODULE"),
        ("builtins.leak = 1", "hasattr(builtins, 'leak')"),
        ("builtins.len = lambda x: 7", "len('') == 7"),
        ("math.sqrt = lambda x: 7", "math.sqrt(4) == 7"),
        ("statistics.mean = lambda x: 7", "statistics.mean([1]) == 7"),
        ("json.leak = 1", "hasattr(json, 'leak')"),
        ("os.environ['LEAK'] = '1'", "'LEAK' in os.environ"),
        ("os.chdir('/')", "os.getcwd() == '/'"),
        ("sys.path.insert(0, '/leak')", "'/leak' in sys.path"),
        ("sys.modules['leak'] = math", "'leak' in sys.modules and False"),
        ("sys.modules['json'] = math", "sys.modules['json'] is math"),
        ("sys.setrecursionlimit(4321)", "sys.getrecursionlimit() == 4321"),
        ("decimal.getcontext().prec = 3", "decimal.getcontext().prec == 3"),
        ("sys.stdout = None", "sys.stdout is None"),
        ("open(os.path.join(tempfile.gettempdir(), 'leak'), 'w').close()", "os.listdir(tempfile.gettempdir())"),
        ("logging.getLogger().addHandler(logging.StreamHandler())", "logging.getLogger().handlers"),
        ("threading.Thread(target=time.sleep, args=(60,), daemon=True).start()", "threading.active_count() > 1"),
        ("self.first = random.random()", "random.random() != 0.8444218515250481"),
        ("random.Random.gauss = lambda *a: 7", "'lambda' in repr(random.Random.gauss)"),
        ("json.JSONEncoder.leak = 1", "hasattr(json.JSONEncoder, 'leak')"),
        ("del collections.Counter.most_common", "not hasattr(collections.Counter, 'most_common')"),
        ("shutil.rmtree = len", "shutil.rmtree is len"),
        ("sys.leak = sys.excepthook = len", "hasattr(sys, 'leak') or sys.excepthook is len"),
        ("sys.path_hooks.clear()", "not sys.path_hooks"),
        ("__main__.leak = 1", "hasattr(__main__, 'leak')"),
        ("warnings.simplefilter('error')", "warnings.filters[0][0] == 'error'"),
        ("signal.signal(signal.SIGUSR1, print)", "signal.getsignal(signal.SIGUSR1) is print"),
        ("signal.setitimer(signal.ITIMER_VIRTUAL, 1000)", "signal.getitimer(signal.ITIMER_VIRTUAL)[0]"),
        ("os.umask(0o77)", "os.umask(0o22) == 0o77"),
        ("[atexit.register(len) for _ in range(50)]", "atexit._ncallbacks() >= 50"),
        ("threading.settrace(len)", "threading._trace_hook"),
        (
            "statistics.cbt = contextvars.ContextVar('cbt'); statistics.cbt.set(1)",
            "any(one.name == 'cbt' for one in contextvars.copy_context())",
        ),
    ] {
        println!("{leak}");
        for outcome in leaking(leak, seen).outcomes(1, &[ParamSet::new(), ParamSet::new(), ParamSet::new()]) {
            assert_targets(&targets(outcome), &[0.0]);
        }
    }
}

/// A part of a module is bound to it by its first import alone, which must not be undone.
#[test]
fn parts_of_modules_that_one_set_imported_are_there_for_the_next() {
    let body = "
def on_bar(self, bar):
    import json.tool, logging.handlers, os
    return json.tool is not None and logging.handlers is not None";
    for outcome in Seat::new(&class(body), on_bar()).outcomes(1, &[ParamSet::new(), ParamSet::new()]) {
        assert_targets(&targets(outcome), &[1.0]);
    }
}

/// What is made of something that was changed may hold on to it.
#[test]
fn a_module_that_is_first_loaded_while_something_is_changed_is_not_kept() {
    let body = "
def on_bar(self, bar):
    import builtins, sys
    module = sys.modules.get('statistics')
    seen = module is not None and type(vars(module.NormalDist)['mean']) is not property
    builtins.property = type('Changed', (property,), {})
    import statistics
    return seen";
    for outcome in Seat::new(&class(body), on_bar()).outcomes(1, &[ParamSet::new(), ParamSet::new()]) {
        assert_targets(&targets(outcome), &[0.0]);
    }
}

/// No module of which nothing is put back stands between a class and the host.
#[test]
fn a_changed_struct_changes_no_answer() {
    let body = "
def on_bar(self, bar):
    import struct
    struct.pack = lambda form, *values: b''
    return 1";
    for outcome in Seat::new(&class(body), on_bar()).outcomes(1, &[ParamSet::new(), ParamSet::new()]) {
        assert_targets(&targets(outcome), &[1.0]);
    }
}

#[test]
fn bars_that_a_set_changes_are_whole_again_for_the_next() {
    let body = "
def on_bar(self, bar):
    seen = bar.close
    bar.close = bar.extra = 99
    return seen / 10";
    for outcome in Seat::new(&class(body), on_bar()).outcomes(3, &[ParamSet::new(), ParamSet::new()]) {
        assert_targets(&targets(outcome), &[0.1, 0.2, 0.3]);
    }
}

fn dying() -> Seat {
    let body = "
mode = 0
def on_bar(self, bar):
    import os, ctypes, time
    if bar.close == 2:
        if self.mode == 1: os._exit(3)
        if self.mode == 2: ctypes.string_at(0)
        if self.mode == 3: os.kill(os.getpid(), 9)
        if self.mode == 4: time.sleep(60)
        if self.mode == 5: raise SystemExit('done')
    return self.mode / 10";
    Seat::new(&class(body), on_bar()).value("mode", "strategies/s.py", "mode = 0", "0", PlaceKind::ClassAttribute)
}

#[test]
fn a_block_goes_on_after_every_death_in_it() {
    let seat = dying().with(|seat| seat.limits.wall_per_call = std::time::Duration::from_secs(2));
    let modes = [6, 1, 7, 2, 3, 8, 4, 9, 5, 6];
    let sets: Vec<_> = modes.iter().map(|&mode| set(&[("mode", Value::Int(mode))])).collect();
    for (mode, outcome) in modes.iter().zip(seat.outcomes(3, &sets)) {
        let kind = match (&outcome, mode) {
            (Outcome::Ok(answers), 6..) => {
                assert_targets(&answers.targets, &[f64::from(*mode as i32) / 10.0; 3]);
                continue;
            }
            (Outcome::Crash(failure), 1) => {
                assert!(failure.message.contains("status 3"), "{failure:?}");
                (failure.kind, FailureKind::Exit)
            }
            (Outcome::Crash(failure), 2 | 3) => (failure.kind, FailureKind::Signal),
            (Outcome::Timeout(failure), 4) => (failure.kind, FailureKind::Timeout),
            (Outcome::Raised(failure), 5) => (failure.kind, FailureKind::Exit),
            other => panic!("{other:?}"),
        };
        assert_eq!(kind.0, kind.1);
    }
}

#[test]
fn a_class_that_always_hangs_is_given_up() {
    let seat = Seat::new(&class("def on_bar(self, bar):\n    while True: pass"), on_bar())
        .with(|seat| seat.limits.wall_per_call = std::time::Duration::from_millis(300));
    let outcomes = seat.outcomes(2, &vec![ParamSet::new(); 6]);
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Timeout(_))), "{outcomes:?}");
    let Outcome::Timeout(last) = &outcomes[5] else { panic!() };
    assert!(last.message.contains("not tried"), "{last:?}");
}

#[test]
fn processes_and_scratch_are_gone_with_the_worker() {
    let seat = Seat::new(&class("def on_bar(self, bar): return 1"), on_bar());
    let mut worker = seat.worker();
    targets(worker.run(&market(2), &[ParamSet::new()]).remove(0));
    assert_eq!(fs::read_dir(seat.outside("scratch")).unwrap().count(), 1);
    let pids = children();
    assert!(!pids.is_empty());
    drop(worker);
    assert_eq!(fs::read_dir(seat.outside("scratch")).unwrap().count(), 0);
}

/// Children of this process that run our host; other tests may have some of their own.
fn children() -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let text = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let parent = text.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1).map(str::to_owned));
        if parent == Some(std::process::id().to_string()) {
            found.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    found
}

#[test]
fn a_worker_outlives_the_thread_that_started_it() {
    let seat = Seat::new(&class("def on_bar(self, bar): return None"), on_bar());
    let mut worker = seat.worker();
    let mut worker = std::thread::spawn(move || {
        targets(worker.run(&market(2), &[ParamSet::new()]).remove(0));
        worker
    })
    .join()
    .unwrap();
    assert_targets(&targets(worker.run(&market(2), &[ParamSet::new()]).remove(0)), &[NAN, NAN]);
}
