use super::Payload;
use crate::stage::Stop;
use rustix::process::{Pid, Signal, kill_process_group};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How much of what a command complained of is told.
const COMPLAINT: u64 = 400;

/// Runs `command` in `folder` with the payload on its standard input, and waits until it has ended.
///
/// # Errors
/// It cannot be started, ends otherwise than with 0, or takes longer than `limit`: it is killed then, with whatever it
/// started.
pub fn run(command: &[String], folder: &Path, payload: &Payload, limit: Duration, stop: &Stop) -> Result<(), String> {
    let Some((program, arguments)) = command.split_first() else { return Err("there is no command".to_owned()) };
    // Files and no pipes: nobody has to read them for the other to go on.
    let files = || -> io::Result<(File, File)> {
        let mut input = tempfile::tempfile()?;
        serde_json::to_writer(&mut input, payload)?;
        input.rewind()?;
        Ok((input, tempfile::tempfile()?))
    };
    let (input, mut complaints) = files().map_err(|error| format!("no file for the payload: {error}"))?;
    let errors = complaints.try_clone().map_err(|error| error.to_string())?;
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(input)
        // Standard output is for the summary of `--json`.
        .stdout(Stdio::null())
        .stderr(errors)
        .process_group(0)
        .spawn()
        .map_err(|error| format!("it cannot be started: {error}"))?;
    let end = Instant::now() + limit;
    let ended = loop {
        match child.try_wait() {
            Ok(Some(status)) => break Ok(status),
            Ok(None) if stop.requested() => break Err("a signal ended it".to_owned()),
            Ok(None) if Instant::now() >= end => break Err(format!("it took longer than {} s", limit.as_secs_f64())),
            Ok(None) => std::thread::sleep(Duration::from_millis(20)),
            Err(error) => break Err(error.to_string()),
        }
    };
    match ended {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(complaint(status, &mut complaints)),
        Err(why) => {
            if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
                // It may have ended by itself meanwhile.
                let _ = kill_process_group(group, Signal::KILL);
            }
            let _ = child.wait();
            Err(why)
        }
    }
}

/// How it ended, and the end of what it wrote to standard error.
fn complaint(status: ExitStatus, complaints: &mut File) -> String {
    let mut bytes = Vec::new();
    let length = complaints.metadata().map_or(0, |file| file.len());
    let read = complaints
        .seek(SeekFrom::Start(length.saturating_sub(COMPLAINT)))
        .and_then(|_| complaints.take(COMPLAINT).read_to_end(&mut bytes));
    let text = String::from_utf8_lossy(&bytes);
    match (read, text.trim()) {
        (Ok(_), text) if !text.is_empty() => format!("it ended with {status}: {text}"),
        _ => format!("it ended with {status}"),
    }
}
