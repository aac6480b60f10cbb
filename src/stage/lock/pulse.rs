use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

const BEAT: Duration = Duration::from_secs(10);

/// Writes the holder's text again and again, which dates the file by the clock of the machine that stores it.
#[derive(Debug)]
pub struct Pulse {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Pulse {
    /// # Errors
    /// The text cannot be written.
    pub fn start(file: &File, text: String) -> io::Result<Self> {
        file.set_len(0)?;
        let mut own = file.try_clone()?;
        beat(&mut own, &text)?;
        let (stop, stopped) = channel::<()>();
        let thread = std::thread::Builder::new().name("lock".to_owned()).spawn(move || {
            while stopped.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
                // One that is missed is made up for by the next.
                let _ = beat(&mut own, &text);
            }
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Pulse {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn beat(file: &mut File, text: &str) -> io::Result<()> {
    file.rewind()?;
    file.write_all(text.as_bytes())
}

/// How long ago the last beat was, both times by the clock of the machine that stores the file.
///
/// # Errors
/// No file can be made beside it.
pub fn silence(file: &File, path: &Path) -> io::Result<Duration> {
    let beaten = file.metadata()?.modified()?;
    let probe = tempfile::Builder::new().prefix(".lock-").tempfile_in(path.parent().unwrap_or(Path::new(".")))?;
    let now = probe.as_file().metadata()?.modified()?;
    Ok(now.duration_since(beaten).unwrap_or_default())
}
