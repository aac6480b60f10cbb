use super::{Failure, FailureKind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// Set by SIGTERM or SIGINT; work looks at it between its pieces. A second signal ends the process at once.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

/// Handlers are set once for the process; every context shares the flag.
static ON_SIGNALS: OnceLock<Stop> = OnceLock::new();

impl Stop {
    /// # Errors
    /// `Internal` when the signal handlers cannot be set.
    pub fn on_signals() -> Result<Self, Failure> {
        if let Some(stop) = ON_SIGNALS.get() {
            return Ok(stop.clone());
        }
        let stop = ON_SIGNALS.get_or_init(Self::default).clone();
        for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT] {
            signal_hook::flag::register_conditional_shutdown(signal, 130, stop.0.clone())
                .and_then(|_| signal_hook::flag::register(signal, stop.0.clone()))
                .map_err(|error| Failure::new(FailureKind::Internal, format!("cannot watch for signals: {error}")))?;
        }
        Ok(stop)
    }

    /// For those who wait for processes; they know nothing of signals.
    pub fn flag(&self) -> Arc<AtomicBool> {
        self.0.clone()
    }

    pub fn requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// # Errors
    /// `Interrupted` once a signal has come.
    pub fn check(&self) -> Result<(), Failure> {
        if self.requested() { Err(Failure::interrupted()) } else { Ok(()) }
    }

    /// Sleeps until `wait` is over or a signal comes.
    pub fn sleep(&self, wait: Duration) {
        let end = Instant::now() + wait;
        while !self.requested() {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            std::thread::sleep(left.min(Duration::from_millis(200)));
        }
    }
}
