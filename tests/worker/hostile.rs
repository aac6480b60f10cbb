//! Classes that misbehave. Each has its reason recorded, and the process, the machine and the next set are
//! none the worse for it.

use super::seat::{Seat, assert_targets, class, market, on_bar, set, targets};
use continuous_backtest::discovery::PlaceKind;
use continuous_backtest::strategy::worker::confinement;
use continuous_backtest::strategy::{Executor, FailureKind, Outcome, ParamSet, Value};
use std::fs;
use std::time::Duration;

/// The statement runs at the first bar; the class answers 1 if it came through.
fn doing(statement: &str) -> Seat {
    let body: String = statement.lines().map(|line| format!("    {line}\n")).collect();
    Seat::new(
        &class(&format!("def on_bar(self, bar):\n    import os, sys, socket, ctypes\n{body}    return 1")),
        on_bar(),
    )
}

#[test]
fn no_connection_of_any_kind_can_be_made() {
    for statement in [
        "socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
        "socket.socket(socket.AF_INET6)",
        "socket.socket(socket.AF_UNIX)",
        "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
        "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
        "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
        "socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)",
        "socket.create_connection(('127.0.0.1', 1))",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:1/')",
    ] {
        println!("{statement}");
        let failure = doing(statement).failure(2);
        assert_eq!(failure.kind, FailureKind::Call);
        let refused = ["PermissionError", "not permitted"].iter().any(|part| failure.message.contains(part));
        assert!(refused, "{statement}: {failure:?}");
    }
    doing("socket.gethostbyname('localhost.example')").failure(2);
}

#[test]
fn raw_system_calls_are_refused_as_well() {
    // socket, io_uring_setup, bpf, ptrace, unshare, and socket by its x32 number.
    if std::env::consts::ARCH != "x86_64" {
        return;
    }
    for (number, expected) in
        [(41, "1"), (425, "1"), (321, "1"), (101, "1"), (272, "1"), (0x4000_0029, "38"), (600, "38")]
    {
        let statement = format!(
            "libc = ctypes.CDLL(None, use_errno=True)\nassert libc.syscall({number}, 2, 1, 0) == -1\nassert ctypes.get_errno() == {expected}, ctypes.get_errno()"
        );
        assert_targets(&doing(&statement).targets(1), &[1.0]);
    }
}

#[test]
fn no_process_can_be_started_or_signalled() {
    for statement in [
        "os.fork()",
        "os.system('true') == 0 and 1/0 or (_ for _ in ()).throw(PermissionError('system'))",
        "import subprocess; subprocess.run(['/bin/true'])",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "import multiprocessing; p = multiprocessing.get_context('fork').Process(target=print); p.start()",
        "os.kill(os.getppid(), 9)",
        "os.kill(1, 0)",
        "os.killpg(os.getpgid(os.getppid()), 9)",
        "getattr(os, 'pidfd_open', lambda pid: os.kill(pid, 0))(os.getppid())",
        "import fcntl; fcntl.fcntl(0, fcntl.F_SETOWN, os.getppid())",
        "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))",
        "import resource; resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1))",
        "os.setpriority(os.PRIO_PROCESS, os.getppid(), 5)",
        "os.sched_setaffinity(os.getppid(), {0})",
        "os.setsid()",
        "os.chmod('strategies/s.py', 0)",
        "os.utime('strategies/s.py')",
    ] {
        println!("{statement}");
        let seat = doing(statement);
        let failure = seat.failure(2);
        let refused = ["PermissionError", "BlockingIOError", "not permitted", "ValueError: not allowed"];
        assert!(refused.iter().any(|part| failure.message.contains(part)), "{statement}: {failure:?}");
    }
}

#[test]
fn only_scratch_can_be_written() {
    if !confinement().filesystem.starts_with("Landlock") {
        eprintln!("SKIPPED: {}", confinement().filesystem);
        return;
    }
    for statement in [
        "open('strategies/s.py', 'a')",
        "open('new.txt', 'w')",
        "os.unlink('strategies/s.py')",
        "os.rename('strategies', 'gone')",
        "import shutil; shutil.rmtree('strategies')",
        "os.mkdir('/tmp/cbt-should-not-exist')",
        "os.symlink('/etc', 'link')",
        "open('../outside.txt', 'w')",
        "open('/proc/%d/oom_score_adj' % os.getppid(), 'w')",
        "os.truncate('strategies/s.py', 0)",
    ] {
        let seat = doing(statement);
        let before = fs::read(seat.path("strategies/s.py")).unwrap();
        let failure = seat.failure(2);
        assert!(failure.message.contains("PermissionError"), "{statement}: {failure:?}");
        assert_eq!(fs::read(seat.path("strategies/s.py")).unwrap(), before);
        assert!(!seat.outside("outside.txt").exists());
    }
    assert_targets(
        &doing("import tempfile\nwith tempfile.TemporaryDirectory() as d: open(d + '/x', 'w').write('x')").targets(1),
        &[1.0],
    );
}

#[test]
fn secrets_cannot_be_read() {
    if !confinement().filesystem.starts_with("Landlock") {
        eprintln!("SKIPPED: {}", confinement().filesystem);
        return;
    }
    for name in ["../home/.ssh/id_ed25519", "../elsewhere.txt", ".env", "conf/.env.live", ".git/config", "server.pem"] {
        let seat = doing(&format!("open({name:?}).read()"));
        for file in ["settings.yaml", "conf/plain.yaml", ".env", "conf/.env.live", ".git/config", "server.pem"] {
            seat.write(file, "secret: 1");
        }
        fs::create_dir_all(seat.outside("home/.ssh")).unwrap();
        fs::write(seat.outside("home/.ssh/id_ed25519"), "secret").unwrap();
        fs::write(seat.outside("elsewhere.txt"), "secret").unwrap();
        let failure = seat.failure(2);
        assert!(failure.message.contains("PermissionError"), "{name}: {failure:?}");
    }
    let seat = doing("open('settings.yaml').read(); open('conf/plain.yaml').read(); os.listdir('conf')");
    seat.write("settings.yaml", "plain: 1");
    seat.write("conf/plain.yaml", "plain: 1");
    seat.write("conf/.env", "secret");
    assert_targets(&seat.targets(1), &[1.0]);
    let failure = doing("open('/proc/%d/environ' % os.getppid()).read()").failure(2);
    assert!(failure.message.contains("PermissionError"), "{failure:?}");
    assert_targets(
        &doing("assert not [k for k in os.environ if 'CARGO' in k or 'TOKEN' in k], os.environ").targets(1),
        &[1.0],
    );
}

#[test]
fn endless_work_is_ended() {
    for statement in [
        "while True: pass",
        "import time; time.sleep(1000)",
        "exec('while True:\\n  try:\\n    while True: pass\\n  except BaseException: pass')",
    ] {
        let seat = doing(statement).with(|seat| seat.limits.wall_per_call = Duration::from_millis(700));
        assert!(matches!(seat.outcome(2), Outcome::Timeout(_)), "{statement}");
    }
    let seat = doing("import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: pass")
        .with(|seat| seat.limits.wall_per_call = Duration::from_millis(700));
    assert!(matches!(seat.outcome(2), Outcome::Timeout(_)));
    let seat = doing("while True: pass").with(|seat| seat.limits.cpu_seconds = 1);
    let outcome = seat.outcome(2);
    assert!(matches!(outcome, Outcome::Timeout(_) | Outcome::Crash(_)), "{outcome:?}");
}

#[test]
fn memory_and_recursion_cost_the_set_only() {
    let seat = doing("x = [0] * (10 ** 11)");
    assert_eq!(seat.failure(2).kind, FailureKind::Memory);
    let seat =
        doing("x = []\nwhile True: x.append(bytearray(1 << 24))").with(|seat| seat.limits.memory_bytes = 1 << 30);
    let mut worker = seat.worker();
    for _ in 0..2 {
        let outcome = worker.run(&market(2), &[ParamSet::new()]).remove(0);
        assert!(matches!(&outcome, Outcome::Raised(failure) if failure.kind == FailureKind::Memory), "{outcome:?}");
    }
    let failure = doing("f = lambda: f()\nf()").failure(2);
    assert!(failure.message.contains("RecursionError"), "{failure:?}");
    let outcome = doing("sys.setrecursionlimit(10**8)\nx = None\nfor _ in range(10**6): x = [x]\nrepr(x)").outcome(2);
    assert!(matches!(outcome, Outcome::Raised(_) | Outcome::Crash(_)), "{outcome:?}");
    let outcome = doing("import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(99,)).start()")
        .with(|seat| {
            seat.limits.memory_bytes = 1 << 30;
            seat.limits.wall_per_call = Duration::from_secs(5);
        })
        .outcome(2);
    assert!(!matches!(outcome, Outcome::Ok(_)), "{outcome:?}");
}

#[test]
fn floods_and_garbage_do_not_reach_the_channel() {
    let printed = doing("print('x' * 1000)\nsys.stderr.write('y' * 300000)\nos.write(1, b'z' * 300000)");
    assert_targets(&printed.targets(20), &[1.0; 20]);
    let seat = doing("while True: print('x' * 100000)").with(|seat| seat.limits.output_bytes = 1 << 20);
    let outcome = seat.outcome(2);
    assert!(matches!(&outcome, Outcome::Crash(failure) if failure.message.contains("printed more")), "{outcome:?}");
    let seat = doing("for fd in range(3, 30):\n  try: os.write(fd, b'garbage' * 100)\n  except OSError: pass");
    let outcome = seat.outcome(2);
    assert!(matches!(&outcome, Outcome::Crash(failure) if failure.kind == FailureKind::Channel), "{outcome:?}");
    let outcome = doing("os.closerange(0, 100)").outcome(2);
    assert!(matches!(outcome, Outcome::Crash(_)), "{outcome:?}");
    assert_targets(&doing("sys.stdin.read() and 1/0").targets(1), &[1.0]);
}

#[test]
fn messages_are_cut_and_hostile_exceptions_told() {
    let failure = doing("raise ValueError('x' * 10_000_000)").failure(2);
    assert!(
        failure.message.len() < 3000 && failure.message.contains("10000000 characters"),
        "{}",
        failure.message.len()
    );
    let hostile = "
class E(Exception):
    def __str__(self): raise self
    __repr__ = __str__
raise E";
    assert!(doing(hostile).failure(2).message.starts_with("E: "));
    let failure = doing("class A:\n  def __repr__(self): os._exit\n  def __getattr__(self, name): raise AttributeError(name)\nreturn A()").failure(2);
    assert_eq!(failure.kind, FailureKind::Answer);
    assert_eq!(doing("raise KeyboardInterrupt").failure(2).kind, FailureKind::Call);
    assert_eq!(doing("raise GeneratorExit").failure(2).kind, FailureKind::Call);
    assert_eq!(doing("return '\\ud800' * 10_000_000").failure(2).kind, FailureKind::Answer);
}

#[test]
fn imports_that_misbehave() {
    let source =
        |statement: &str| format!("import os, sys\n{statement}\nclass S:\n  def on_bar(self, bar): return 1\n");
    let seat = Seat::new(&source("sys.exit(4)"), on_bar());
    seat.raises(FailureKind::Exit, "SystemExit: 4");
    let outcome = Seat::new(&source("os._exit(4)"), on_bar()).outcome(2);
    assert!(matches!(&outcome, Outcome::Crash(failure) if failure.message.contains("status 4")), "{outcome:?}");
    let seat = Seat::new(&source("while True: pass"), on_bar())
        .with(|seat| seat.limits.wall_per_call = Duration::from_millis(700));
    assert!(matches!(seat.outcome(2), Outcome::Timeout(_)));
    let seat = Seat::new("", on_bar());
    seat.write("strategies/s.py", b"name = 'caf\xe9'\nclass S: pass\n");
    seat.raises(FailureKind::Import, "SyntaxError");
    seat.write("strategies/s.py", b"class S:\n  x = '\0'\n");
    assert_eq!(seat.failure(2).kind, FailureKind::Import);
    let seat =
        Seat::new(&source("import logging; logging.basicConfig(filename='bot.log'); logging.info('x')"), on_bar());
    assert_targets(&seat.targets(2), &[1.0, 1.0]);
    assert!(!seat.path("bot.log").exists());
}

#[test]
fn builtins_that_were_broken_do_not_break_the_host() {
    let body = "
mode = 0
def on_bar(self, bar):
    import builtins, json, os, sys
    if self.mode:
        for name in ('len', 'list', 'map', 'isinstance', 'getattr', 'type', 'str', 'repr', 'open', 'range'):
            setattr(builtins, name, None)
        os.write = os.read = json.dumps = None
        sys.modules.clear()
    return 1";
    let seat =
        Seat::new(&class(body), on_bar()).value("mode", "strategies/s.py", "mode = 0", "0", PlaceKind::ClassAttribute);
    let outcomes = seat.outcomes(3, &[set(&[("mode", Value::Int(1))]), ParamSet::new()]);
    assert!(!matches!(&outcomes[0], Outcome::Raised(failure) if failure.kind == FailureKind::Channel), "{outcomes:?}");
    assert_targets(&targets(outcomes[1].clone()), &[1.0; 3]);
}

#[test]
fn a_folder_with_an_odd_name_is_a_folder() {
    let seat =
        Seat::new(&class("def on_bar(self, bar): return 1"), on_bar()).with(|seat| seat.rename_root("re\"po\n'x"));
    assert_targets(&seat.targets(2), &[1.0; 2]);
}
