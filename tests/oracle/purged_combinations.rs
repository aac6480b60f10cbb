//! `purged_combinations.json`, from skfolio.

use super::json;
use continuous_backtest::stats::{Gaps, PurgedCombinations};
use serde_json::Value;
use std::ops::Range;

fn count(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

fn ranges(value: &Value) -> Vec<Range<usize>> {
    value.as_array().unwrap().iter().map(|pair| count(&pair[0])..count(&pair[1])).collect()
}

#[test]
fn splits_and_paths_are_skfolios() {
    let oracle = json(include_str!("purged_combinations.json"));
    let cases = oracle["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 5);
    for case in cases {
        let purge = count(&case["purge"]);
        let gaps = Gaps { holding: purge, look_back: purge, embargo: count(&case["embargo"]) };
        let rule =
            PurgedCombinations::new(count(&case["bars"]), count(&case["groups"]), count(&case["test_groups"]), gaps)
                .unwrap();
        let splits: Vec<_> = rule.splits().collect();
        let expected = case["splits"].as_array().unwrap();
        assert_eq!(splits.len(), expected.len());
        for (split, expected) in splits.iter().zip(expected) {
            assert_eq!(split.test, ranges(&expected["test"]), "test bars of {:?}", split.tested);
            assert_eq!(split.train, ranges(&expected["train"]), "training bars of {:?}", split.tested);
        }
        let paths: Vec<Vec<usize>> =
            rule.paths().iter().map(|path| path.iter().map(|piece| piece.split).collect()).collect();
        let expected: Vec<Vec<usize>> = case["path_splits"]
            .as_array()
            .unwrap()
            .iter()
            .map(|path| path.as_array().unwrap().iter().map(count).collect())
            .collect();
        assert_eq!(paths, expected);
    }
}
