//! What lowering says of every runnable class below the folders in `CBT_LOWER`, for people:
//! `CBT_LOWER=folder:folder cargo test report_on_a_folder -- --nocapture`. `cbt explain --all` also verifies.

use crate::discovery::{NoConfigFiles, Parameter, Params, Status, scan};
use crate::strategy::Meaning;
use crate::strategy::native::ir::check;
use crate::strategy::native::lower::{Request, lower};
use std::collections::BTreeMap;
use std::path::Path;

/// Classes per reason, and lines to print.
#[derive(Default)]
struct Tally {
    native: usize,
    runnable: usize,
    reasons: BTreeMap<String, usize>,
}

impl Tally {
    fn told(&self, kind: &str) {
        let share = if self.runnable == 0 { 0.0 } else { 100.0 * self.native as f64 / self.runnable as f64 };
        println!("{kind}: {} of {} native, {share:.0}%", self.native, self.runnable);
        let mut ordered: Vec<_> = self.reasons.iter().collect();
        ordered.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        for (reason, count) in ordered {
            println!("{count:>5}  {reason}");
        }
    }
}

#[test]
fn report_on_a_folder() {
    let Ok(folders) = std::env::var("CBT_LOWER") else { return };
    let (mut bar_by_bar, mut whole) = (Tally::default(), Tally::default());
    for folder in folders.split(':') {
        let params = Params::new(vec![Path::new(folder).to_owned()]);
        let found = scan(&params, &NoConfigFiles).unwrap();
        let before = (bar_by_bar.native, bar_by_bar.runnable);
        for strategy in found.strategies.iter().filter(|one| one.status == Status::Runnable) {
            let own: Vec<Parameter> =
                found.parameters.iter().filter(|one| one.strategy == strategy.name).cloned().collect();
            let varied = BTreeMap::new();
            let request =
                Request { strategy, parameters: &own, meaning: Meaning::default(), python: (3, 11), varied: &varied };
            let entry = strategy.entry.as_ref();
            let protocol = entry.map_or("", |entry| entry.protocol.name());
            let tally =
                if entry.is_some_and(|entry| entry.sees_whole_frame()) { &mut whole } else { &mut bar_by_bar };
            tally.runnable += 1;
            match lower(&request) {
                Ok(lowered) => {
                    tally.native += 1;
                    println!("{} [{protocol}]: native {:?}", strategy.name, check(&lowered.program));
                }
                Err(obstacle) => {
                    *tally.reasons.entry(obstacle.construct.clone()).or_default() += 1;
                    println!("{} [{protocol}]: {obstacle}", strategy.name);
                }
            }
        }
        let (native, runnable) = (bar_by_bar.native - before.0, bar_by_bar.runnable - before.1);
        println!("# {folder}: {native} of {runnable} bar-by-bar\n");
    }
    bar_by_bar.told("bar by bar");
    whole.told("whole series");
}
