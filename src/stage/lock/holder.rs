use serde::{Deserialize, Serialize};
use std::fmt;
use std::fs;

/// Who holds the lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub pid: u32,
    /// When the kernel says it was started, in its own ticks since boot: two processes of one number differ in it.
    #[serde(default)]
    pub born: Option<u64>,
    #[serde(default)]
    pub host: String,
    /// Names one start of one kernel; containers on it share it.
    #[serde(default)]
    pub boot: Option<String>,
    pub command: String,
    pub since: String,
}

impl Holder {
    pub fn this(command: &str, since: &str) -> Self {
        Self {
            pid: std::process::id(),
            born: born(std::process::id()),
            host: host(),
            boot: boot(),
            command: command.to_owned(),
            since: since.to_owned(),
        }
    }

    /// None where there is no text, or none of ours.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// One of before hosts were written down counts as this machine's: the kernel's lock says that it is gone.
    pub fn is_of_this_machine(&self) -> bool {
        self.host.is_empty() || self.host == host() || (self.boot.is_some() && self.boot == boot())
    }

    /// That very process runs on this machine now.
    pub fn is_alive(&self) -> bool {
        self.boot.is_some() && self.boot == boot() && self.born.is_some() && born(self.pid) == self.born
    }

    /// That very process ran on this machine and does not any more.
    pub fn is_gone(&self) -> bool {
        self.boot.is_some() && self.boot == boot() && self.born.is_some() && born(self.pid) != self.born
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pid, host: there, command, since, .. } = self;
        write!(f, "process {pid}")?;
        if !self.is_of_this_machine() {
            write!(f, " on {there}")?;
        }
        write!(f, " (`cbt {command}`, since {since})")
    }
}

fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// None where the system does not tell.
fn boot() -> Option<String> {
    fs::read_to_string("/proc/sys/kernel/random/boot_id").ok().map(|text| text.trim().to_owned())
}

/// None where there is no such process, it has ended and nobody has asked how, or the system does not tell.
fn born(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field is the program's name in brackets, which may hold anything.
    let (_, rest) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ended = matches!(fields.first(), Some(&("Z" | "X")));
    fields.get(19).filter(|_| !ended)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_known_by_its_birth() {
        let own = Holder::this("iterate", "now");
        assert!(own.is_of_this_machine() && !own.is_gone());
        if cfg!(target_os = "linux") {
            assert!(own.is_alive());
            let other = Holder { born: own.born.map(|born| born + 1), ..own.clone() };
            assert!(!other.is_alive() && other.is_gone());
        }
        assert_eq!(Holder::read(&own.text()), Some(own));
        assert_eq!(Holder::read(""), None);
    }
}
