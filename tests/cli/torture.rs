//! SIGKILL at random moments of an iteration: whatever is seen afterwards is whole, and what the next run makes of it is
//! what an undisturbed run would have made.

mod moments;
pub mod project;

use moments::{Group, Moment};
use project::{AT, OLD, SETTINGS, Undisturbed, whole};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Instant;

/// Attempts at one iteration before it is left alone.
const ATTEMPTS: u32 = 5;

#[test]
fn twelve_kills_leave_nothing_torn_nothing_twice_and_nothing_missing() {
    let figures = torture(12, 1);
    assert_eq!(figures.kills, 12);
}

/// `just torture`: CBT_TORTURE_KILLS kills, whose moments are drawn from CBT_TORTURE_SEED.
#[test]
#[ignore = "takes half an hour"]
fn long() {
    let number = |name: &str, otherwise: u64| {
        std::env::var(name).map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{name}={text}")))
    };
    let kills = u32::try_from(number("CBT_TORTURE_KILLS", 500)).unwrap();
    let figures = torture(kills, number("CBT_TORTURE_SEED", 1));
    println!("{}", figures.text());
    assert_eq!(figures.kills, kills);
}

#[derive(Debug, Default)]
struct Figures {
    kills: u32,
    /// Iterations that were brought to their end and compared.
    iterations: u32,
    /// Attempts that were done before their moment came.
    too_late: u32,
    /// Kills by what they were aimed at.
    aimed: BTreeMap<String, u32>,
    /// Kills by what they left.
    left: BTreeMap<&'static str, u32>,
    undisturbed_milliseconds: u128,
}

impl Figures {
    fn text(&self) -> String {
        let mut text = format!(
            "{} kills in {} iterations (undisturbed: {} ms), {} attempts were done before their moment came\n",
            self.kills, self.iterations, self.undisturbed_milliseconds, self.too_late
        );
        let _ = writeln!(text, "\n| aimed at | kills |\n|---|---|");
        for (what, count) in &self.aimed {
            let _ = writeln!(text, "| {what} | {count} |");
        }
        let _ = writeln!(text, "\n| left behind | kills |\n|---|---|");
        for (what, count) in &self.left {
            let _ = writeln!(text, "| {what} | {count} |");
        }
        text
    }
}

fn torture(kills: u32, seed: u64) -> Figures {
    let undisturbed = Undisturbed::run();
    let project = &undisturbed.project;
    let mut figures = Figures { undisturbed_milliseconds: undisturbed.lasts.as_millis(), ..Figures::default() };
    let seed = continuous_backtest::seed::Seed::new(seed).child("torture");
    let mut drawn = 0_u64;
    while figures.kills < kills {
        undisturbed.reset();
        let mut done = false;
        for _ in 0..ATTEMPTS {
            if figures.kills == kills || done {
                break;
            }
            let moment = Moment::draw(seed.child(&drawn.to_string()), undisturbed.lasts, &undisturbed.events);
            drawn += 1;
            if moment.kill(project) {
                figures.kills += 1;
                *figures.aimed.entry(moment.to_string()).or_default() += 1;
                look(&undisturbed, &mut figures, &moment);
            } else {
                figures.too_late += 1;
                done = true;
            }
            done |= undisturbed.is_recorded();
        }
        if undisturbed.is_recorded() {
            // Only its store may be missing, which any command publishes.
            project.ok(&["report", "--quiet", "--at", AT]);
        } else {
            project.ok(&["iterate", "--quiet", "--at", AT]);
            undisturbed.look_for_left_overs();
        }
        figures.iterations += 1;
        undisturbed.compare();
    }
    figures
}

/// What anybody may see after a kill.
fn look(undisturbed: &Undisturbed, figures: &mut Figures, moment: &Moment) {
    let project = &undisturbed.project;
    let mut count = |what: &'static str, is: bool| {
        if is {
            *figures.left.entry(what).or_default() += 1;
        }
    };
    let files = project.files("data");
    let hidden = |file: &str| file.rsplit('/').next().is_some_and(|name| name.starts_with('.'));
    for file in files.iter().filter(|file| file.ends_with(".parquet") && !hidden(file)) {
        assert!(whole(&project.bytes(file)), "{file} is torn after a kill {moment}");
    }
    project.ok(&["query", "SELECT count(*) FROM backtest_results"]);
    let settings = project.read(SETTINGS);
    assert!(settings == OLD || settings == undisturbed.new, "{SETTINGS} after a kill {moment}:\n{settings}");
    assert_eq!(project.read(&format!("{SETTINGS}.backup")), OLD, "the backup after a kill {moment}");
    let recorded = undisturbed.is_recorded();
    count(
        "a file half written under a hidden name",
        files.iter().any(|file| hidden(file) && file.ends_with(".partial")),
    );
    count("a patch half written", project.files("strategies").iter().any(|file| file.contains(".cbt-tmp-")));
    count(
        "the user's file changed and not yet recorded",
        settings == undisturbed.new && files.iter().any(|f| f == "data/changing.json"),
    );
    count("the user's file changed and recorded", settings == undisturbed.new && undisturbed.changes_are_recorded());
    count("an iteration to go on with", files.iter().any(|file| file == "data/unfinished.json") && !recorded);
    count("an iteration recorded, its store perhaps not", recorded);
}

/// The moments themselves: all groups are drawn, and the same seed draws the same.
#[test]
fn moments_follow_from_their_seed() {
    let events = Group::ALL.map(|group| (group, 10)).into_iter().collect();
    let lasts = std::time::Duration::from_secs(1);
    let begun = Instant::now();
    let all = |seed: u64| -> Vec<String> {
        let seed = continuous_backtest::seed::Seed::new(seed);
        (0..200).map(|number| format!("{:?}", Moment::draw(seed.child(&number.to_string()), lasts, &events))).collect()
    };
    assert_eq!(all(1), all(1));
    assert_ne!(all(1), all(2));
    for group in Group::ALL {
        assert!(all(1).iter().any(|moment| moment.contains(&format!("{group:?}"))), "{group:?}");
    }
    assert!(begun.elapsed().as_secs() < 10);
}
