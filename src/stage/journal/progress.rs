use super::{Entry, Event};
use serde::Serialize;
use std::collections::{BTreeMap, VecDeque};

/// Lines that are kept; older ones go.
const KEPT: usize = 400;

/// Where a run stands, as far as its journal was read. Times are milliseconds since 1970, UTC.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Progress {
    pub run: String,
    pub iteration: u32,
    pub pid: u32,
    pub pipeline: String,
    pub begun: i64,
    /// In the order of the pipeline.
    pub stages: Vec<Span>,
    /// Of the running stage.
    pub counting: Option<Counting>,
    pub ended: Option<Ended>,
    /// The newest ones, oldest first.
    #[serde(skip)]
    pub lines: VecDeque<Line>,
    #[serde(skip)]
    pub experience: BTreeMap<String, BTreeMap<String, f64>>,
}

/// One stage of the pipeline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Span {
    pub stage: String,
    /// None before it begins.
    pub begun: Option<i64>,
    /// How long it took; None before its end.
    pub seconds: Option<f64>,
    /// How long it takes by experience; None without any.
    pub expected_seconds: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Counting {
    pub label: String,
    pub done: u64,
    pub total: u64,
    /// Of the first count and of the newest one.
    pub first: i64,
    pub newest: i64,
    /// What was done at the first count.
    pub at_first: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ended {
    pub at: i64,
    /// complete, failed or abandoned.
    pub status: String,
    pub message: Option<String>,
}

/// One thing that was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// From 1 within the run.
    pub number: u64,
    pub at: i64,
    pub warning: bool,
    pub text: String,
}

impl Progress {
    /// A whole journal. None where it does not begin as one.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let mut lines = bytes.split(|byte| *byte == b'\n');
        let mut progress = Self::begin(serde_json::from_slice(lines.next()?).ok()?)?;
        for entry in lines.filter_map(|line| serde_json::from_slice(line).ok()) {
            progress.take(entry);
        }
        Some(progress)
    }

    /// None unless it is a first line.
    pub fn begin(entry: Entry) -> Option<Self> {
        let Event::Begun { run, iteration, pid, pipeline, stages, experience } = entry.event else { return None };
        let known = experience.get(&pipeline);
        let stages = stages.into_iter().map(|stage| Span {
            expected_seconds: known.and_then(|known| known.get(&stage)).copied(),
            stage,
            begun: None,
            seconds: None,
        });
        Some(Self {
            stages: stages.collect(),
            run,
            iteration,
            pid,
            pipeline,
            begun: entry.at,
            counting: None,
            ended: None,
            lines: VecDeque::new(),
            experience,
        })
    }

    pub fn take(&mut self, Entry { at, event }: Entry) {
        match event {
            Event::Begun { .. } => {}
            Event::StageBegun { stage } => {
                self.counting = None;
                if let Some(span) = self.stages.iter_mut().find(|span| span.stage == stage) {
                    span.begun = Some(at);
                }
            }
            Event::Advanced { label, done, total } => {
                let (first, at_first) = match &self.counting {
                    Some(before) if before.label == label => (before.first, before.at_first),
                    _ => (at, done),
                };
                self.counting = Some(Counting { label, done, total, first, newest: at, at_first });
            }
            Event::Said { line } => self.note(at, false, line),
            Event::Warned { line } => self.note(at, true, line),
            Event::StageEnded { stage, seconds } => {
                self.counting = None;
                if let Some(span) = self.stages.iter_mut().find(|span| span.stage == stage) {
                    span.seconds = Some(seconds);
                }
            }
            Event::Ended { status, message } => self.ended = Some(Ended { at, status, message }),
        }
    }

    fn note(&mut self, at: i64, warning: bool, text: String) {
        let number = self.lines.back().map_or(1, |last| last.number + 1);
        self.lines.push_back(Line { number, at, warning, text });
        while self.lines.len() > KEPT {
            self.lines.pop_front();
        }
    }

    /// The stage that has begun and not ended.
    pub fn running(&self) -> Option<&Span> {
        self.stages.iter().rfind(|span| span.begun.is_some() && span.seconds.is_none())
    }

    /// When the run will be over at its pace so far and by the experience of earlier ones. None where there is no
    /// experience with a stage to come, or nothing to go by in the running one.
    pub fn expected_end(&self, now: i64) -> Option<i64> {
        if self.ended.is_some() {
            return None;
        }
        let mut left = 0.0;
        for span in self.stages.iter().filter(|span| span.seconds.is_none()) {
            left += match span.begun {
                Some(begun) => self.left_of(span, begun, now)?,
                None => span.expected_seconds?,
            };
        }
        Some(now + (left * 1e3) as i64)
    }

    /// Seconds left of the running stage: what its count says weighs as much as the share that is counted.
    fn left_of(&self, span: &Span, begun: i64, now: i64) -> Option<f64> {
        let by_experience = span.expected_seconds.map(|expected| (expected - seconds(begun, now)).max(0.0));
        let by_count = self.counting.as_ref().and_then(|counting| {
            let counted = counting.done.checked_sub(counting.at_first).filter(|counted| *counted > 0)?;
            let pace = seconds(counting.first, counting.newest) / counted as f64;
            let left = pace * counting.total.saturating_sub(counting.done) as f64 - seconds(counting.newest, now);
            Some((left.max(0.0), counting.done as f64 / counting.total.max(1) as f64))
        });
        match (by_count, by_experience) {
            (Some((left, share)), Some(known)) => Some(share * left + (1.0 - share) * known),
            (Some((left, _)), None) => Some(left),
            (None, known) => known,
        }
    }
}

fn seconds(from: i64, to: i64) -> f64 {
    to.saturating_sub(from) as f64 / 1e3
}
