//! A child process with three pipes, watched by one poll loop and no thread of its own.

use super::channel::{Frame, Nonce, take};
use super::footprint::Footprint;
use super::reply::legible;
use super::spawner::spawn;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process_group};
use std::collections::VecDeque;
use std::fmt;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Kept of what user code prints, for reports.
const RING: usize = 64 << 10;
/// Most that a program may answer which is asked one thing.
const ANSWER: usize = 1 << 20;
const CHUNK: usize = 64 << 10;
/// How often a wait looks whether it is still wanted.
const PULSE: Duration = Duration::from_millis(100);
/// From SIGTERM to SIGKILL, and from a closed channel to the exit that explains it.
const GRACE: Duration = Duration::from_millis(300);

/// Why no (further) reply came. The process is gone or has to go.
#[derive(Debug)]
pub(super) enum Ended {
    Timeout,
    /// The caller's flag went up.
    Stopped,
    Died(ExitStatus),
    Garbage(String),
    Flooded,
    /// More of something than it may have, in words.
    Excess(String),
    Io(String),
}

pub(super) struct Process {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    errors: Option<ChildStderr>,
    held: Vec<u8>,
    /// What one read takes in.
    chunk: Vec<u8>,
    ring: VecDeque<u8>,
    printed: u64,
    output_limit: u64,
    footprint: Option<Footprint>,
    /// When the footprint was looked at last.
    look: Instant,
    stop: Arc<AtomicBool>,
}

impl fmt::Debug for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Process({})", self.child.id())
    }
}

impl Process {
    /// `stop` ends every wait for it.
    pub fn start(mut command: Command, output_limit: u64, stop: Arc<AtomicBool>) -> Result<Self, String> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let program = command.get_program().to_owned();
        let mut child = spawn(command).map_err(|error| format!("cannot start {}: {error}", program.display()))?;
        let (Some(input), Some(output), Some(errors)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err("the worker was started without its pipes".to_owned());
        };
        for fd in [input.as_fd(), output.as_fd(), errors.as_fd()] {
            unblock(fd).map_err(|error| format!("cannot watch the worker's pipes: {error}"))?;
        }
        let (errors, held, ring) = (Some(errors), Vec::new(), VecDeque::new());
        let (chunk, printed, footprint, look) = (vec![0; CHUNK], 0, None, Instant::now());
        Ok(Self { child, input, output, errors, held, chunk, ring, printed, output_limit, footprint, look, stop })
    }

    /// Every wait looks at what the process takes, too.
    pub fn watching(mut self, footprint: Footprint) -> Self {
        self.footprint = Some(footprint);
        self
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn send(&mut self, bytes: &[u8], deadline: Instant) -> Result<(), Ended> {
        let mut left = bytes;
        while !left.is_empty() {
            self.turn(&mut left, deadline)?;
        }
        Ok(())
    }

    /// The next reply to the request that had this nonce.
    pub fn receive(&mut self, nonce: &Nonce, payload_limit: usize, deadline: Instant) -> Result<Frame, Ended> {
        self.printed = 0;
        loop {
            if let Some(frame) = take(&mut self.held, nonce, payload_limit).map_err(Ended::Garbage)? {
                return Ok(frame);
            }
            self.turn(&mut &[][..], deadline)?;
        }
    }

    /// One wait for any of the pipes, and whatever can be moved then.
    fn turn(&mut self, outgoing: &mut &[u8], deadline: Instant) -> Result<(), Ended> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(Ended::Stopped);
        }
        let left = deadline.checked_duration_since(Instant::now()).ok_or(Ended::Timeout)?.min(PULSE);
        let mut watched = vec![PollFd::new(&self.output, PollFlags::IN)];
        if !outgoing.is_empty() {
            watched.push(PollFd::new(&self.input, PollFlags::OUT));
        }
        if let Some(errors) = &self.errors {
            watched.push(PollFd::new(errors, PollFlags::IN));
        }
        match poll(&mut watched, Some(&timespec(left))) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(Ended::Io(format!("waiting for the worker: {error}"))),
        }
        let answers = !watched[0].revents().is_empty();
        self.drain_errors();
        if self.printed > self.output_limit {
            return Err(Ended::Flooded);
        }
        if self.look.elapsed() >= PULSE {
            let excess = self.footprint.as_ref().and_then(|footprint| footprint.excess(self.child.id()));
            if let Some(excess) = excess {
                return Err(Ended::Excess(excess));
            }
            self.look = Instant::now();
        }
        if !outgoing.is_empty() {
            match rustix::io::write(&self.input, outgoing) {
                Ok(count) => *outgoing = &outgoing[count..],
                Err(Errno::AGAIN | Errno::INTR) => {}
                Err(Errno::PIPE) => return Err(self.died()),
                Err(error) => return Err(Ended::Io(format!("writing to the worker: {error}"))),
            }
        }
        if !answers {
            return Ok(());
        }
        match rustix::io::read(&self.output, &mut self.chunk) {
            Ok(0) => Err(self.died()),
            Ok(count) => {
                self.held.extend_from_slice(&self.chunk[..count]);
                Ok(())
            }
            Err(Errno::AGAIN | Errno::INTR) => Ok(()),
            Err(error) => Err(Ended::Io(format!("reading from the worker: {error}"))),
        }
    }

    fn drain_errors(&mut self) {
        let Some(errors) = &self.errors else { return };
        match rustix::io::read(errors, &mut self.chunk) {
            Ok(0) => self.errors = None,
            Ok(count) => {
                self.printed += count as u64;
                self.ring.extend(&self.chunk[..count]);
                self.ring.drain(..self.ring.len().saturating_sub(RING));
            }
            Err(Errno::AGAIN | Errno::INTR) => {}
            Err(_) => self.errors = None,
        }
    }

    /// The channel is closed: the exit that explains it should be there at once.
    fn died(&mut self) -> Ended {
        match self.wait_until(Instant::now() + GRACE) {
            Some(status) => {
                self.drain_errors();
                Ended::Died(status)
            }
            None => Ended::Garbage("the worker closed its channel and went on".to_owned()),
        }
    }

    fn wait_until(&mut self, deadline: Instant) -> Option<ExitStatus> {
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            if Instant::now() >= deadline {
                return None;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// The last line that user code or the interpreter printed.
    pub fn last_words(&mut self) -> Option<String> {
        self.drain_errors();
        let bytes: Vec<u8> = self.ring.iter().copied().collect();
        let text = String::from_utf8_lossy(&bytes);
        let line = text.lines().rev().map(str::trim).find(|line| !line.is_empty())?;
        Some(legible(line, 500))
    }
}

impl Drop for Process {
    /// SIGTERM, then SIGKILL, to the process and whatever shares its group; reaped before this returns.
    fn drop(&mut self) {
        if let Ok(Some(_)) = self.child.try_wait() {
            return;
        }
        let group = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let Some(group) = group
            && kill_process_group(group, Signal::TERM).is_ok()
            && self.wait_until(Instant::now() + GRACE).is_some()
        {
            return;
        }
        if let Some(group) = group {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How a process ended, for people.
pub(super) fn told(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("the process exited with status {code}"),
        (None, Some(signal)) => format!("the process was ended by {}", signal_name(signal)),
        (None, None) => "the process ended".to_owned(),
    }
}

fn signal_name(signal: i32) -> String {
    let name = match signal {
        4 => "SIGILL, an illegal instruction",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL (memory ran out, or it killed itself)",
        11 => "SIGSEGV, a segmentation fault",
        15 => "SIGTERM",
        14 => "SIGALRM, a timer of its own",
        24 => "SIGXCPU, the CPU limit",
        25 => "SIGXFSZ, the file size limit",
        26 => "SIGVTALRM, a timer of its own",
        27 => "SIGPROF, a timer of its own",
        31 => "SIGSYS, a system call the sandbox forbids",
        _ => return format!("signal {signal}"),
    };
    name.to_owned()
}

/// Standard output and error of a command that has to end within `wall`.
pub(super) fn output_of(command: Command, wall: Duration) -> Result<(String, String), String> {
    let mut command = command;
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut process = Process::start(command, RING as u64, Arc::default())?;
    let deadline = Instant::now() + wall;
    loop {
        match process.turn(&mut &[][..], deadline) {
            Ok(()) => {}
            Err(Ended::Died(_)) => break,
            Err(Ended::Timeout | Ended::Stopped) => {
                return Err(format!("it did not answer within {} s", wall.as_secs()));
            }
            Err(Ended::Flooded) => return Err("it printed without end".to_owned()),
            Err(Ended::Garbage(message) | Ended::Excess(message) | Ended::Io(message)) => return Err(message),
        }
        if process.held.len() > ANSWER {
            return Err("it printed without end".to_owned());
        }
    }
    let errors: Vec<u8> = process.ring.iter().copied().collect();
    Ok((String::from_utf8_lossy(&process.held).into_owned(), String::from_utf8_lossy(&errors).into_owned()))
}

fn unblock(fd: BorrowedFd<'_>) -> rustix::io::Result<()> {
    fcntl_setfl(fd, fcntl_getfl(fd)? | OFlags::NONBLOCK)
}

fn timespec(duration: Duration) -> Timespec {
    Timespec {
        tv_sec: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: i64::from(duration.subsec_nanos()),
    }
}
