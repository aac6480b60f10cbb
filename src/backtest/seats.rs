use crate::strategy::Executor;
use std::fmt;
use std::sync::{Mutex, PoisonError};

type Seat = Box<dyn Executor + Send>;

/// The seats of one strategy: made on demand, reused by whichever thread is free, dropped together.
pub struct Seats<'a> {
    make: Box<dyn Fn() -> Seat + Send + Sync + 'a>,
    idle: Mutex<Vec<Seat>>,
}

impl<'a> Seats<'a> {
    pub fn new(make: impl Fn() -> Seat + Send + Sync + 'a) -> Self {
        Self { make: Box::new(make), idle: Mutex::new(Vec::new()) }
    }

    /// Lends a seat. Which one cannot matter: every run starts from a fresh state.
    pub fn with<T>(&self, work: impl FnOnce(&mut dyn Executor) -> T) -> T {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = idle().pop();
        let mut seat = taken.unwrap_or_else(|| (self.make)());
        let answer = work(seat.as_mut());
        idle().push(seat);
        answer
    }
}

impl fmt::Debug for Seats<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seats").finish_non_exhaustive()
    }
}
