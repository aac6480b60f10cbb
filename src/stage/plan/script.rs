//! Array jobs for schedulers. A task takes its part of the plan by its number, so that the script does not grow with it.

use std::fmt::Write;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheduler {
    Slurm,
    HyperQueue,
}

impl Scheduler {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Slurm => "Slurm",
            Self::HyperQueue => "HyperQueue",
        }
    }

    /// `command` runs this program with its project; the plan is cut into `parts`.
    pub fn script(self, command: &[String], place: &str, parts: usize) -> String {
        let command = command.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ");
        let place = quoted(place);
        let mut text = String::from("#!/bin/bash\n");
        let run = |task: &str| format!("{command} run-shard --shards {place} --part \"${task}/{parts}\"");
        // Writing to a String cannot fail.
        let _ = match self {
            Self::Slurm => write!(
                text,
                "# Of a plan made by `cbt plan --slurm`; when the array is done: cbt collect --shards {place}\n\
                 #SBATCH --job-name=cbt-shards\n\
                 #SBATCH --array=1-{parts}\n\
                 #SBATCH --cpus-per-task=1\n\
                 #SBATCH --requeue\n\
                 set -euo pipefail\n\
                 # A task that was killed is run again by --requeue; what it had finished is known then.\n\
                 {}\n",
                run("SLURM_ARRAY_TASK_ID")
            ),
            Self::HyperQueue => write!(
                text,
                "# Of a plan made by `cbt plan --hyperqueue`; it waits for the array, then collects.\n\
                 set -euo pipefail\n\
                 # HyperQueue runs a task again whose worker is lost; what it had finished is known then.\n\
                 hq submit --wait --name cbt-shards --array 1-{parts} --cpus 1 -- bash -c {}\n\
                 {command} collect --shards {place}\n",
                quoted(&run("HQ_TASK_ID"))
            ),
        };
        text
    }
}

/// One word for a shell.
fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=@%+,".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_words() {
        for (word, expected) in
            [("a/b.c", "a/b.c"), ("", "''"), ("it's $HOME", r"'it'\''s $HOME'"), ("a;b", "'a;b'"), ("*", "'*'")]
        {
            assert_eq!(quoted(word), expected);
        }
    }
}
