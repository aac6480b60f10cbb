use super::{Entry, Event, Progress};
use crate::artifact::Partial;
use chrono::Utc;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// No count is written sooner after the one before.
const PAUSE: Duration = Duration::from_millis(250);

/// In a long stage a count is written each time it has gone on for this share of its length.
const SHARE: u32 = 400;

/// A line that somebody said is cut here: diffs are in the history.
const LONGEST: usize = 2_000;

/// Written by one run, from any of its threads.
#[derive(Debug)]
pub struct Journal(Mutex<Writing>);

#[derive(Debug)]
struct Writing {
    /// None after a write that failed: a journal with holes would mislead.
    file: Option<File>,
    stage: Option<(String, Instant)>,
    counted: Option<Instant>,
}

/// What the first line says, besides what earlier journals taught.
#[derive(Debug)]
pub struct Opening<'a> {
    pub run: &'a str,
    pub iteration: u32,
    pub pipeline: &'a str,
    pub stages: Vec<String>,
}

impl Journal {
    /// A new journal in the place of the last run's. Whoever reads that one keeps it until he looks again.
    ///
    /// # Errors
    /// The operating system.
    pub fn begin(path: &Path, opening: Opening<'_>) -> io::Result<Self> {
        let experience = fs::read(path).map_or_else(|_| BTreeMap::new(), |last| experience(&last));
        let Opening { run, iteration, pipeline, stages } = opening;
        let event = Event::Begun {
            run: run.to_owned(),
            iteration,
            pid: std::process::id(),
            pipeline: pipeline.to_owned(),
            stages,
            experience,
        };
        let partial = Partial::beside(path)?;
        fs::write(partial.path(), line(event)?)?;
        let file = OpenOptions::new().append(true).open(partial.path())?;
        partial.publish()?;
        Ok(Self(Mutex::new(Writing { file: Some(file), stage: None, counted: None })))
    }

    pub fn stage_begun(&self, stage: &str) {
        let mut writing = self.lock();
        writing.write(Event::StageBegun { stage: stage.to_owned() });
        writing.stage = Some((stage.to_owned(), Instant::now()));
        writing.counted = None;
    }

    pub fn stage_ended(&self) {
        let mut writing = self.lock();
        if let Some((stage, begun)) = writing.stage.take() {
            writing.write(Event::StageEnded { stage, seconds: begun.elapsed().as_secs_f64() });
        }
    }

    /// Counts that come too soon after one that was written are left out; the last one is not.
    pub fn advanced(&self, label: &str, done: u64, total: u64) {
        let mut writing = self.lock();
        let stage = writing.stage.as_ref().map_or(Duration::ZERO, |(_, begun)| begun.elapsed());
        let pause = PAUSE.max(stage / SHARE);
        let soon = writing.counted.is_some_and(|last| last.elapsed() < pause);
        if done < total && soon {
            return;
        }
        writing.counted = Some(Instant::now());
        writing.write(Event::Advanced { label: label.to_owned(), done, total });
    }

    pub fn said(&self, text: &str) {
        self.lock().write(Event::Said { line: cut(text) });
    }

    pub fn warned(&self, text: &str) {
        self.lock().write(Event::Warned { line: cut(text) });
    }

    pub fn ended(&self, status: &str, message: Option<String>) {
        self.lock().write(Event::Ended { status: status.to_owned(), message: message.as_deref().map(cut) });
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Writing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writing {
    fn write(&mut self, event: Event) {
        let Some(file) = &mut self.file else { return };
        // In one call, so that a reader sees whole lines, the last one at most excepted.
        if line(event).and_then(|line| file.write_all(&line)).is_err() {
            self.file = None;
        }
    }
}

fn line(event: Event) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(&Entry { at: Utc::now().timestamp_millis(), event })?;
    line.push(b'\n');
    Ok(line)
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What the journal of the run before teaches: its own stage times, averaged with what it knew. A stage that it did not
/// reach keeps what was known.
fn experience(last: &[u8]) -> BTreeMap<String, BTreeMap<String, f64>> {
    let Some(last) = Progress::parse(last) else { return BTreeMap::new() };
    let mut known = last.experience;
    let own = known.entry(last.pipeline).or_default();
    for span in last.stages {
        if let Some(seconds) = span.seconds {
            own.entry(span.stage).and_modify(|before| *before = (*before + seconds) / 2.0).or_insert(seconds);
        }
    }
    known
}
