//! A strategy sees the bars up to now and no other.

use super::markets::series;
use continuous_backtest::engine::{Decide, MarketView, Params, run};

struct Recorder(Vec<(usize, usize, f64, Option<f64>)>);

impl Decide for Recorder {
    fn decide(&mut self, view: MarketView<'_>) -> f64 {
        let lengths = [view.open(), view.high(), view.low(), view.close(), view.volume()].map(<[f64]>::len);
        assert!(lengths.iter().all(|&length| length == view.timestamp().len()));
        let two_ago = view.ago(2).map(|bar| bar.close);
        self.0.push((view.index(), view.close().len(), view.bar().close, two_ago));
        0.0
    }
}

#[test]
fn each_bar_is_the_last_one_visible() {
    let mut recorder = Recorder(Vec::new());
    run(&series(&[1.0, 2.0, 3.0], &[1.5, 2.5, 3.5]), &mut recorder, &Params::default());
    assert_eq!(recorder.0, [(0, 1, 1.5, None), (1, 2, 2.5, None), (2, 3, 3.5, Some(1.5))]);
}
