//! When to kill: at a time, or at an event in one of the folders the program writes to.

use crate::harness::Project;
use continuous_backtest::seed::Seed;
use rand::RngExt;
use rustix::fs::inotify::{self, CreateFlags, ReadFlags, Reader, WatchFlags};
use std::collections::BTreeMap;
use std::fmt;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

/// Folders of one purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Where the user's file is patched.
    Patch,
    /// Artifacts, and the store on its way.
    Artifacts,
    /// The history, a folder per table and day.
    History,
    Shards,
    Reports,
}

impl Group {
    pub const ALL: [Self; 5] = [Self::Patch, Self::Artifacts, Self::History, Self::Shards, Self::Reports];

    pub fn folders(self, root: &Path) -> Vec<PathBuf> {
        let below = |name: &str| {
            let mut found = Vec::new();
            walk(&root.join(name), &mut found);
            found
        };
        match self {
            Self::Patch => vec![root.join("strategies")],
            Self::Artifacts => vec![root.join("data")],
            Self::History => {
                let is_day =
                    |path: &PathBuf| path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"day="));
                below("data").into_iter().filter(is_day).collect()
            }
            Self::Shards => below("data/shards"),
            Self::Reports => below("reports"),
        }
    }
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    if folder.is_dir() {
        found.push(folder.to_owned());
    }
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            walk(&entry.path(), found);
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    Time(Duration),
    /// So long after this event, counting from 1, in folders of this purpose: a file made, written, renamed or removed.
    Event(Group, u32, Duration),
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(_) => write!(f, "a time of the whole duration"),
            Self::Event(group, ..) => write!(f, "an event in {group:?}"),
        }
    }
}

impl Moment {
    /// Times over all of `lasts`; events over all that an undisturbed run makes.
    pub fn draw(seed: Seed, lasts: Duration, events: &BTreeMap<Group, u32>) -> Self {
        let mut rng = seed.rng();
        if rng.random_range(0..2) == 0 {
            return Self::Time(lasts.mul_f64(rng.random::<f64>()));
        }
        let group = Group::ALL[rng.random_range(0..Group::ALL.len())];
        let count = events.get(&group).copied().unwrap_or_default();
        let after = [0, 0, 50, 200, 1000][rng.random_range(0..5)];
        Self::Event(group, rng.random_range(0..count.max(1)) + 1, Duration::from_micros(after))
    }

    /// Starts an iteration and kills it; false where it was done before.
    pub fn kill(&self, project: &Project) -> bool {
        let watch = match self {
            Self::Time(_) => None,
            Self::Event(group, ..) => Some(Watch::over(group.folders(&project.path("")))),
        };
        let begun = Instant::now();
        let mut child = super::project::iterate(project).spawn().unwrap();
        let come = match (self, watch) {
            (Self::Event(_, number, after), Some(mut watch)) => {
                let mut seen = 0;
                wait(&mut child, || {
                    seen += watch.events();
                    seen >= *number
                }) && {
                    std::thread::sleep(*after);
                    true
                }
            }
            (Self::Time(time), _) => wait(&mut child, || begun.elapsed() >= *time),
            (Self::Event(..), None) => unreachable!("an event is watched for"),
        };
        if come {
            // It may be gone since; then the kill finds nobody, and its end was an ordinary one.
            let _ = child.kill();
        }
        let ended = child.wait().unwrap();
        assert!(ended.success() || ended.code().is_none(), "it ended by itself, and badly: {ended}");
        !ended.success()
    }
}

/// False where the child ended before.
fn wait(child: &mut Child, mut is_time: impl FnMut() -> bool) -> bool {
    while child.try_wait().unwrap().is_none() {
        if is_time() {
            return true;
        }
        std::thread::sleep(Duration::from_micros(50));
    }
    false
}

pub struct Watch(OwnedFd);

impl Watch {
    pub fn over(folders: Vec<PathBuf>) -> Self {
        let watch = inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC).unwrap();
        let what = WatchFlags::CREATE | WatchFlags::CLOSE_WRITE | WatchFlags::MOVED_TO | WatchFlags::DELETE;
        for folder in folders {
            inotify::add_watch(&watch, &folder, what).unwrap();
        }
        Self(watch)
    }

    /// Since the last time it was asked.
    pub fn events(&mut self) -> u32 {
        let mut buffer = [const { MaybeUninit::uninit() }; 1 << 14];
        let mut reader = Reader::new(&self.0, &mut buffer);
        let mut count = 0;
        while let Ok(event) = reader.next() {
            count += u32::from(!event.events().contains(ReadFlags::IGNORED));
        }
        count
    }
}
