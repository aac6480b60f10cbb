use super::console::Console;
use super::{Failure, FailureKind};
use crate::config::Config;
use serde_json::{Value, json};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

/// Writes a commented configuration into `dir`. Never over an existing one.
///
/// # Errors
/// No such directory, a configuration that is there already, or the operating system.
pub fn init(dir: &Path, quiet: bool) -> Result<Value, Failure> {
    if !dir.is_dir() {
        return Err(Failure::input(format!("{} is no directory", dir.display()))
            .hint("name the top directory of the repository that holds your strategies"));
    }
    let path = dir.join("continuous_backtest_config.yaml");
    let mut file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(|error| {
        if error.kind() == std::io::ErrorKind::AlreadyExists {
            Failure::new(FailureKind::Input, format!("{} is there already and stays as it is", path.display()))
        } else {
            Failure::io("cannot write", &path, &error)
        }
    })?;
    file.write_all(Config::init_text().as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(|error| Failure::io("cannot write", &path, &error))?;
    let console = Console::new(quiet);
    console.say(format!("Wrote {}", path.display()));
    console.say("Next: look at its `strategies: roots:`, then run `cbt discover` there");
    Ok(json!({ "config": path }))
}
