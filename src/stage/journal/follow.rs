use super::{Entry, Progress};
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

/// Reads a journal as it grows, and turns to the next run's when that takes its place.
#[derive(Debug)]
pub struct Follower {
    path: PathBuf,
    reading: Option<Reading>,
}

#[derive(Debug)]
struct Reading {
    /// Held open, so that no other file gets its number.
    file: File,
    /// The beginning of a line whose end is not there yet.
    rest: Vec<u8>,
    progress: Option<Progress>,
}

impl Follower {
    pub const fn new(path: PathBuf) -> Self {
        Self { path, reading: None }
    }

    /// Takes in what was written since; true where there was anything.
    ///
    /// # Errors
    /// A journal that cannot be read. One that is not there is none.
    pub fn poll(&mut self) -> io::Result<bool> {
        let found = match fs::metadata(&self.path) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(self.reading.take().is_some()),
            Err(error) => return Err(error),
        };
        let same = match &self.reading {
            Some(reading) => {
                let held = reading.file.metadata()?;
                held.ino() == found.ino() && held.dev() == found.dev()
            }
            None => false,
        };
        if !same {
            let file = File::open(&self.path)?;
            self.reading = Some(Reading { file, rest: Vec::new(), progress: None });
        }
        let Some(reading) = &mut self.reading else { return Ok(false) };
        Ok(reading.advance()? || !same)
    }

    /// Where the run stands; None before the first, or where the file is no journal.
    pub fn progress(&self) -> Option<&Progress> {
        self.reading.as_ref()?.progress.as_ref()
    }
}

impl Reading {
    fn advance(&mut self) -> io::Result<bool> {
        let before = self.rest.len();
        self.file.read_to_end(&mut self.rest)?;
        if self.rest.len() == before {
            return Ok(false);
        }
        let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else { return Ok(false) };
        let whole: Vec<u8> = self.rest.drain(..=end).collect();
        // A line that is none of ours is one that a killed writer left half done.
        for entry in whole.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice::<Entry>(line).ok()) {
            match &mut self.progress {
                Some(progress) => progress.take(entry),
                None => self.progress = Progress::begin(entry),
            }
        }
        Ok(true)
    }
}
