use super::assign::{Item, Sources};
use super::bars::{Held, payload};
use super::channel::{Frame, Nonce, encode};
use super::footprint::Footprint;
use super::process::{Ended, Process, told};
use super::reply::{Reply, failed};
use super::trace::{self, CELL};
use super::{Interpreter, Limits};
use crate::discovery::{Parameter, Strategy};
use crate::market::Series;
use crate::strategy::{Executor, Failure, FailureKind, Meaning, Outcome, ParamSet, Trace, Witness};
use serde::Serialize;
use std::collections::VecDeque;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const SIGXCPU: i32 = 24;
/// For bars to reach a busy host; runs have their own limit.
const WALL_SEND: Duration = Duration::from_secs(60);

const STOPPED: &str = "ended from outside";

static WORKERS: AtomicU64 = AtomicU64::new(0);

/// What one worker is for.
#[derive(Debug, Clone)]
pub struct Spec {
    pub strategy: Strategy,
    /// The strategy's parameters; those of others are ignored.
    pub parameters: Vec<Parameter>,
    pub meaning: Meaning,
    pub interpreter: Interpreter,
    /// The program whose hidden subcommand is [`super::launch::sandbox_main`].
    pub launcher: PathBuf,
    /// Directory under which the worker makes its own, and removes it when it is dropped.
    pub scratch: PathBuf,
    pub limits: Limits,
    /// Run even where the platform cannot keep strategies off the network.
    pub allow_unsandboxed: bool,
    /// The user's home directory, never readable as a whole.
    pub home: Option<PathBuf>,
}

/// Runs one strategy class in the user's CPython. The process starts with the first block.
#[derive(Debug)]
pub struct Worker {
    pub(super) spec: Spec,
    /// The class's files, read once: later changes on disk do not reach a running worker.
    sources: Option<Result<Sources, Failure>>,
    live: Option<Live>,
    pub(super) scratch: PathBuf,
    held: Held,
    requests: u64,
    timeouts: u32,
    unstartable: Option<Failure>,
    /// Raised from outside: whatever runs is ended, and nothing more is begun.
    stop: Arc<AtomicBool>,
}

#[derive(Debug)]
struct Live {
    process: Process,
    /// Some set ran in it before.
    used: bool,
    /// CPU seconds it has used, as it said last.
    cpu: f64,
}

#[derive(Serialize)]
struct Run<'a> {
    act: &'static str,
    market: &'a str,
    sets: Vec<&'a Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attributes: Option<&'a [String]>,
}

/// Sets still to be run, and what became of the others.
struct Block<'a> {
    market: &'a Series,
    bytes: Vec<u8>,
    items: Vec<Option<Item>>,
    pending: VecDeque<usize>,
    outcomes: Vec<Option<(Outcome, Trace)>>,
    /// What to look at after each bar, where that is asked for.
    attributes: Option<&'a [String]>,
    /// The first of `pending` killed a used process and is being tried in one of its own.
    retried: bool,
}

impl Block<'_> {
    fn settle(&mut self, outcome: Outcome) {
        self.settle_traced(outcome, Trace::default());
    }

    fn settle_traced(&mut self, outcome: Outcome, trace: Trace) {
        if let Some(set) = self.pending.pop_front() {
            self.outcomes[set] = Some((outcome, trace));
        }
        self.retried = false;
    }

    fn settle_all(&mut self, outcome: &Outcome) {
        while !self.pending.is_empty() {
            self.settle(outcome.clone());
        }
    }
}

impl Worker {
    pub fn new(mut spec: Spec) -> Self {
        spec.parameters.retain(|parameter| parameter.strategy == spec.strategy.name);
        let number = WORKERS.fetch_add(1, Ordering::Relaxed);
        let scratch = spec.scratch.join(format!("worker-{}-{number}", std::process::id()));
        Self {
            spec,
            sources: None,
            live: None,
            scratch,
            held: Held::default(),
            requests: 0,
            timeouts: 0,
            unstartable: None,
            stop: Arc::default(),
        }
    }

    /// Ends the process in the middle of a run, within a second, once `stop` is true. The sets it was asked for
    /// are crashes then, and say nothing about the class.
    #[must_use]
    pub fn until(mut self, stop: Arc<AtomicBool>) -> Self {
        self.stop = stop;
        self
    }

    /// CPU seconds the present process has used, interpreter start included.
    pub fn cpu_seconds(&self) -> Option<f64> {
        self.live.as_ref().map(|live| live.cpu)
    }

    /// A process whose host is configured.
    fn start(&mut self, sources: &Sources) -> Result<Live, Failure> {
        if let Some(failure) = &self.unstartable {
            return Err(failure.clone());
        }
        self.held.clear();
        let wall = self.spec.limits.wall_start;
        let started = self
            .command(sources)
            .and_then(|command| Process::start(command, self.spec.limits.output_bytes, self.stop.clone()))
            .map(|process| process.watching(self.footprint()));
        let failure = match started {
            Ok(mut process) => {
                let nonce = self.nonce(&process);
                let deadline = Instant::now() + wall;
                let ready = self
                    .greeting(sources, &nonce)
                    .map_err(|error| Ended::Io(error.to_string()))
                    .and_then(|bytes| process.send(&bytes, deadline))
                    .and_then(|()| process.receive(&nonce, 0, deadline));
                match ready {
                    Ok(_) => return Ok(Live { process, used: false, cpu: 0.0 }),
                    Err(ended) => self.explain(ended, &mut process, wall),
                }
            }
            Err(message) => failed(FailureKind::Channel, message),
        };
        let message = format!("the worker did not start: {}", failure.message);
        self.unstartable = Some(Failure { message, ..failure });
        self.start(sources)
    }

    fn footprint(&self) -> Footprint {
        Footprint { scratch: self.scratch.join("home"), limits: self.spec.limits.clone() }
    }

    /// Told apart from every other request of this run of the program.
    fn nonce(&mut self, process: &Process) -> Nonce {
        self.requests += 1;
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.spec.strategy.source_hash.as_bytes());
        hasher.update(self.scratch.as_os_str().as_encoded_bytes());
        hasher.update(&process.id().to_le_bytes()).update(&self.requests.to_le_bytes());
        let mut nonce = [0; 16];
        hasher.finalize_xof().fill(&mut nonce);
        nonce
    }

    /// One request for all that is pending; returns when it is done or the process has to be replaced.
    fn round(&mut self, sources: &Sources, block: &mut Block<'_>) {
        let mut live = match self.live.take().map_or_else(|| self.start(sources), Ok) {
            Ok(live) => live,
            Err(failure) => return block.settle_all(&Outcome::Crash(failure)),
        };
        let nonce = self.nonce(&live.process);
        let request = match self.request(&nonce, block) {
            Ok(request) => request,
            Err(error) => return block.settle_all(&Outcome::Crash(failed(FailureKind::Channel, error.to_string()))),
        };
        if let Err(ended) = live.process.send(&request, Instant::now() + WALL_SEND) {
            return self.lost(ended, live, block);
        }
        let (wall, bars) = (self.spec.limits.wall_per_call, block.market.len());
        let watched = block.attributes.map(<[String]>::len);
        let limit = bars * (8 + CELL * watched.unwrap_or(0));
        let mut number = 0;
        while !block.pending.is_empty() {
            let received = live.process.receive(&nonce, limit, Instant::now() + wall);
            match received.and_then(|frame| checked(&frame, number, bars, watched).map_err(Ended::Garbage)) {
                Ok(Checked { outcome, trace, replace, cpu }) => {
                    block.settle_traced(outcome, trace);
                    (live.used, live.cpu, self.timeouts) = (true, cpu, 0);
                    number += 1;
                    if replace {
                        return;
                    }
                }
                Err(ended) => return self.lost(ended, live, block),
            }
        }
        // The CPU limit is the process's, not the set's: it must not hit a set that comes late.
        if live.cpu < self.spec.limits.cpu_seconds as f64 / 2.0 {
            self.live = Some(live);
        }
    }

    fn request(&mut self, nonce: &Nonce, block: &Block<'_>) -> Result<Vec<u8>, serde_json::Error> {
        let (key, introduction) = self.held.touch(block.market, &block.bytes);
        let mut request = match introduction {
            Some(introduction) => encode(nonce, &introduction, &block.bytes)?,
            None => Vec::new(),
        };
        let sets = block.pending.iter().filter_map(|&set| block.items[set].as_ref()).collect();
        let act = if block.attributes.is_some() { "trace" } else { "run" };
        request.extend(encode(nonce, &Run { act, market: &key, sets, attributes: block.attributes }, &[])?);
        Ok(request)
    }

    /// The process is gone. A set that ends a process which other sets used before is tried once more in one
    /// of its own: what ended it may have been theirs.
    fn lost(&mut self, ended: Ended, mut live: Live, block: &mut Block<'_>) {
        let stopped = matches!(ended, Ended::Stopped);
        let failure = self.explain(ended, &mut live.process, self.spec.limits.wall_per_call);
        if stopped {
            block.settle_all(&Outcome::Crash(failure));
        } else if failure.kind == FailureKind::Timeout {
            self.timeouts += 1;
            block.settle(Outcome::Timeout(failure));
        } else if live.used && !block.retried {
            block.retried = true;
        } else {
            block.settle(Outcome::Crash(failure));
        }
    }

    fn explain(&self, ended: Ended, process: &mut Process, wall: Duration) -> Failure {
        let (kind, message) = match ended {
            Ended::Timeout => (FailureKind::Timeout, format!("no answer within {} s", wall.as_secs_f64())),
            Ended::Died(status) => {
                let kind = match status.signal() {
                    Some(SIGXCPU) => FailureKind::Timeout,
                    Some(_) => FailureKind::Signal,
                    None => FailureKind::Exit,
                };
                let words = process.last_words().map(|line| format!("; it last said: {line}")).unwrap_or_default();
                (kind, told(status) + &words.replace(&*self.scratch.to_string_lossy(), "~"))
            }
            Ended::Stopped => (FailureKind::Channel, STOPPED.to_owned()),
            Ended::Flooded => (FailureKind::Call, format!("printed more than {} bytes", self.spec.limits.output_bytes)),
            Ended::Excess(what) => (FailureKind::Call, what),
            Ended::Garbage(message) | Ended::Io(message) => (FailureKind::Channel, message),
        };
        failed(kind, message)
    }

    fn give_up(&self, block: &mut Block<'_>) {
        let message = format!("not tried: {} runs before it, one after another, timed out", self.timeouts);
        block.settle_all(&Outcome::Timeout(failed(FailureKind::Timeout, message)));
    }
}

struct Checked {
    outcome: Outcome,
    trace: Trace,
    /// The process has to be replaced.
    replace: bool,
    /// CPU seconds used.
    cpu: f64,
}

fn checked(frame: &Frame, number: usize, bars: usize, watched: Option<usize>) -> Result<Checked, String> {
    let reply = Reply::read(frame)?;
    if reply.index != number {
        return Err(format!("a reply for set {} where {number} was asked", reply.index));
    }
    let (replace, cpu) = (reply.tainted, reply.cpu);
    let targets = if reply.is_failure() { 0 } else { 8 * bars };
    let (payload, cells) = match watched {
        Some(_) => frame.payload.split_at_checked(targets).ok_or("a reply without all its answers")?,
        None => (&frame.payload[..], &[][..]),
    };
    let trace = trace::read(cells, watched.unwrap_or(0))?;
    Ok(Checked { outcome: reply.outcome(payload, bars)?, trace, replace, cpu })
}

impl Worker {
    fn block(&mut self, market: &Series, sets: &[ParamSet], attributes: Option<&[String]>) -> Vec<(Outcome, Trace)> {
        let spec = &self.spec;
        let read = self.sources.get_or_insert_with(|| Sources::read(&spec.strategy, &spec.parameters)).clone();
        let sources = match read {
            Ok(sources) => sources,
            Err(failure) => return vec![(Outcome::Raised(failure), Trace::default()); sets.len()],
        };
        let assigned: Vec<_> = sets.iter().map(|set| sources.assign(&spec.parameters, set)).collect();
        let mut block = Block {
            market,
            bytes: payload(market),
            pending: (0..sets.len()).filter(|&set| assigned[set].is_ok()).collect(),
            outcomes: Vec::new(),
            attributes,
            items: Vec::new(),
            retried: false,
        };
        for item in assigned {
            match item {
                Ok(item) => {
                    block.items.push(Some(item));
                    block.outcomes.push(None);
                }
                Err(failure) => {
                    block.items.push(None);
                    block.outcomes.push(Some((Outcome::Raised(failure), Trace::default())));
                }
            }
        }
        while !block.pending.is_empty() {
            if self.stop.load(Ordering::Relaxed) {
                block.settle_all(&Outcome::Crash(failed(FailureKind::Channel, STOPPED.to_owned())));
            } else if self.timeouts >= self.spec.limits.timeouts_in_a_row {
                self.give_up(&mut block);
            } else {
                self.round(&sources, &mut block);
            }
        }
        let unsettled = || Outcome::Crash(failed(FailureKind::Channel, "the set was not run".to_owned()));
        block.outcomes.into_iter().map(|settled| settled.unwrap_or_else(|| (unsettled(), Trace::default()))).collect()
    }
}

impl Executor for Worker {
    fn run(&mut self, market: &Series, sets: &[ParamSet]) -> Vec<Outcome> {
        self.block(market, sets, None).into_iter().map(|(outcome, _)| outcome).collect()
    }
}

impl Witness for Worker {
    fn trace(&mut self, market: &Series, sets: &[ParamSet], attributes: &[String]) -> Vec<(Outcome, Trace)> {
        self.block(market, sets, Some(attributes))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // The process first: it may still write to its scratch directory.
        self.live = None;
        let _ = fs::remove_dir_all(&self.scratch);
    }
}
