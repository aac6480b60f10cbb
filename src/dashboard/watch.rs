//! What is going on now: the journal, the lock and the published file, looked at four times a second by a thread of its
//! own, for all feeds.

use super::published::edition;
use crate::stage::{Follower, Holder, Line, Progress, current_holder, journal_file};
use chrono::Utc;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;
use tokio::sync::watch::Sender;

const PAUSE: Duration = Duration::from_millis(250);

/// While a run goes on, its expected end is told anew after so many pauses, however little it tells itself.
const REFRESH: u32 = 8;

/// One moment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Live {
    pub state: State,
    /// Of the run that goes on, or of the last one; None before the first.
    pub progress: Option<Progress>,
    /// The stage that it is in.
    pub stage: Option<String>,
    /// Milliseconds since 1970, UTC; None where nothing tells.
    pub expected_end: Option<i64>,
    /// This machine's clock at this moment, for those whose clock differs.
    pub now: i64,
    /// Which command holds the lock, where that is no iteration.
    pub command: Option<String>,
    /// The edition of the store; None before the first.
    pub edition: Option<String>,
    #[serde(skip)]
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// No run has left a journal.
    Idle,
    Running,
    /// One of the other commands holds the lock.
    ByHand,
    Complete,
    Failed,
    Abandoned,
    /// It did not come to its end, and its process is gone.
    Killed,
}

pub struct Watcher {
    data: PathBuf,
    store: PathBuf,
    journal: Follower,
}

impl Watcher {
    pub fn new(data: &Path, store: PathBuf) -> Self {
        Self { data: data.to_owned(), store, journal: Follower::new(journal_file(data)) }
    }

    /// A journal that cannot be read is as good as none: there is nobody here to tell.
    pub fn look(&mut self) -> Live {
        let _ = self.journal.poll();
        let progress = self.journal.progress();
        let holder = current_holder(&self.data);
        let now = Utc::now().timestamp_millis();
        let state = state(progress, holder.as_ref());
        let running = progress.filter(|_| state == State::Running);
        Live {
            state,
            stage: running.and_then(Progress::running).map(|span| span.stage.clone()),
            expected_end: running.and_then(|progress| progress.expected_end(now)),
            now,
            command: holder.filter(|_| state == State::ByHand).map(|holder| holder.command),
            edition: edition(&self.store),
            lines: progress.map(|progress| progress.lines.iter().cloned().collect()).unwrap_or_default(),
            progress: progress.cloned(),
        }
    }

    /// Tells `live` of every change, until `end` hangs up.
    pub fn watch(mut self, live: &Sender<Arc<Live>>, end: &Receiver<()>) {
        let mut unchanged = 0;
        while let Err(RecvTimeoutError::Timeout) = end.recv_timeout(PAUSE) {
            let new = self.look();
            unchanged += 1;
            let stale = new.state == State::Running && unchanged >= REFRESH;
            let changed = {
                let old = live.borrow();
                !same(&old, &new)
            };
            if changed || stale {
                unchanged = 0;
                live.send_replace(Arc::new(new));
            }
        }
    }
}

fn state(progress: Option<&Progress>, holder: Option<&Holder>) -> State {
    let ended = progress.and_then(|progress| progress.ended.as_ref());
    match (progress, holder) {
        // Between its last line and the end of its lock a run is over already.
        (Some(progress), Some(holder)) if holder.pid == progress.pid && ended.is_none() => State::Running,
        (progress, Some(holder)) if progress.is_none_or(|progress| progress.pid != holder.pid) => State::ByHand,
        (None, _) => State::Idle,
        (Some(_), _) => match ended.map(|ended| ended.status.as_str()) {
            Some("complete") => State::Complete,
            Some("failed") => State::Failed,
            Some(_) => State::Abandoned,
            None => State::Killed,
        },
    }
}

/// But for the clock.
fn same(old: &Live, new: &Live) -> bool {
    old.state == new.state && old.progress == new.progress && old.command == new.command && old.edition == new.edition
}
