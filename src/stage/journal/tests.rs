use super::*;
use std::fs::{self, OpenOptions};
use std::io::Write;

fn opening(iteration: u32) -> Opening<'static> {
    let stages = ["discover", "backtest", "report"].map(str::to_owned).to_vec();
    Opening { run: "R", iteration, pipeline: "iterate", stages }
}

#[test]
fn a_reader_follows_what_is_written_and_turns_to_the_next_run() {
    let dir = tempfile::tempdir().unwrap();
    let file = path(dir.path());
    let mut follower = Follower::new(file.clone());
    assert!(!follower.poll().unwrap() && follower.progress().is_none());
    let journal = Journal::begin(&file, opening(1)).unwrap();
    journal.stage_begun("discover");
    assert!(follower.poll().unwrap());
    assert_eq!(follower.progress().unwrap().running().unwrap().stage, "discover");
    assert!(!follower.poll().unwrap());
    journal.said("two strategies");
    journal.warned("<b>one</b> bad");
    assert!(follower.poll().unwrap());
    let lines: Vec<_> = follower.progress().unwrap().lines.iter().map(|line| (line.number, line.warning)).collect();
    assert_eq!(lines, [(1, false), (2, true)]);
    // A writer was killed in the middle of a line.
    OpenOptions::new().append(true).open(&file).unwrap().write_all(b"{\"at\":1,\"event\":\"sa").unwrap();
    follower.poll().unwrap();
    assert_eq!(follower.progress().unwrap().lines.len(), 2);
    drop(journal);
    let next = Journal::begin(&file, opening(2)).unwrap();
    assert!(follower.poll().unwrap());
    assert_eq!(follower.progress().unwrap().iteration, 2);
    assert!(follower.progress().unwrap().lines.is_empty());
    next.ended("complete", None);
    follower.poll().unwrap();
    assert_eq!(follower.progress().unwrap().ended.as_ref().unwrap().status, "complete");
    fs::remove_file(&file).unwrap();
    assert!(follower.poll().unwrap() && follower.progress().is_none());
}

#[test]
fn counts_are_written_now_and_then_and_the_last_one_always() {
    let dir = tempfile::tempdir().unwrap();
    let file = path(dir.path());
    let journal = Journal::begin(&file, opening(1)).unwrap();
    journal.stage_begun("backtest");
    for done in 1..=10_000 {
        journal.advanced("backtests", done, 10_000);
    }
    let text = fs::read_to_string(&file).unwrap();
    let lines = text.lines().filter(|line| line.contains("advanced")).count();
    assert!((2..1_000).contains(&lines), "{lines}");
    let counting = Progress::parse(text.as_bytes()).unwrap().counting.unwrap();
    assert_eq!((counting.done, counting.total), (10_000, 10_000));
}

#[test]
fn the_last_runs_stages_teach_the_next_one() {
    let dir = tempfile::tempdir().unwrap();
    let file = path(dir.path());
    let at = |at: i64, event: &str| format!("{{\"at\":{at},{event}}}\n");
    let begun = "\"event\":\"begun\",\"run\":\"R\",\"iteration\":1,\"pid\":1,\"pipeline\":\"iterate\",\
                 \"stages\":[\"discover\",\"backtest\",\"report\"],\
                 \"experience\":{\"iterate\":{\"backtest\":20.0,\"report\":3.0},\"smoke\":{\"report\":1.0}}";
    let text = at(0, begun)
        + &at(0, "\"event\":\"stage_begun\",\"stage\":\"discover\"")
        + &at(2_000, "\"event\":\"stage_ended\",\"stage\":\"discover\",\"seconds\":2.0")
        + &at(2_000, "\"event\":\"stage_begun\",\"stage\":\"backtest\"");
    let counted = text.clone()
        + &at(4_000, "\"event\":\"advanced\",\"label\":\"backtests\",\"done\":1,\"total\":5")
        + &at(6_000, "\"event\":\"advanced\",\"label\":\"backtests\",\"done\":3,\"total\":5");
    // Nothing is counted yet: twenty seconds for the stage, of which one is over, and three for the report.
    assert_eq!(Progress::parse(text.as_bytes()).unwrap().expected_end(3_000), Some(25_000));
    // One a second, two are left, and three fifths are counted: 0.6 * 2 + 0.4 * 16 + 3 seconds from now.
    assert_eq!(Progress::parse(counted.as_bytes()).unwrap().expected_end(6_000), Some(16_600));
    fs::write(&file, text + &at(12_000, "\"event\":\"stage_ended\",\"stage\":\"backtest\",\"seconds\":10.0")).unwrap();
    Journal::begin(&file, opening(2)).unwrap();
    let next = Progress::parse(&fs::read(&file).unwrap()).unwrap();
    let expected: Vec<_> = next.stages.iter().map(|span| span.expected_seconds).collect();
    assert_eq!(expected, [Some(2.0), Some(15.0), Some(3.0)]);
    assert_eq!(next.experience["smoke"]["report"], 1.0);
    fs::write(&file, "nonsense").unwrap();
    Journal::begin(&file, opening(3)).unwrap();
    let next = Progress::parse(&fs::read(&file).unwrap()).unwrap();
    assert_eq!(next.expected_end(0), None);
}
