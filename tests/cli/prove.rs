//! The fast proofs; the long ones are committed under benches/runs.

use crate::harness::{Project, Ran};
use serde_json::{Value, json};

fn prove(args: &[&str]) -> (Ran, Value) {
    let ran = Project::empty().run(&[&["prove"], args, &["--json", "--quiet"]].concat());
    let found =
        serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", ran.stdout, ran.stderr));
    (ran, found)
}

/// A rate of 5% exceeds seven of sixty once in a hundred times.
#[test]
fn sixty_loops_without_an_edge_change_next_to_nothing() {
    let (ran, found) = prove(&["null", "--loops", "60"]);
    assert!(found["loops_changed"].as_u64().unwrap() <= 7, "{found}");
    assert_eq!((ran.code, &found["loops"], &found["iterations"]), (0, &json!(60), &json!(20)), "{found}");
    // Noise had its chance: challengers were tested, and many were ahead by more than the threshold on their paths.
    for kind in found["kinds"].as_array().unwrap() {
        let (tests, ahead) = (kind["tests"].as_u64().unwrap(), kind["ahead"].as_u64().unwrap());
        assert!(tests > 15 && ahead > 0, "{kind}");
    }
}

#[test]
fn an_edge_is_found_where_it_is_planted() {
    let (ran, found) = prove(&["planted", "--loops", "2"]);
    // Two loops are too few for the shares that are required at 1.5, so that both ends are in order.
    assert!(ran.code == 0 || ran.code == 13, "{}", ran.stderr);
    assert_eq!(ran.code == 0, found["passed"].as_bool().unwrap(), "{found}");
    let at = |sharpe: f64| found["planted"].as_array().unwrap().iter().find(|one| one["sharpe"] == sharpe).unwrap();
    assert!(at(2.0)["promoted"].as_f64().unwrap() >= 0.5, "{found}");
    assert!(at(2.0)["challenger_sharpe"].as_f64() > at(2.0)["champion_sharpe"].as_f64(), "{found}");
    assert!(at(2.0)["champion_sharpe"].as_f64() > at(0.5)["champion_sharpe"].as_f64(), "{found}");
}

#[test]
fn a_proof_is_the_same_on_any_number_of_threads() {
    let loops = |threads: &str| prove(&["null", "--loops", "2", "--threads", threads, "--seed", "5"]).1;
    assert_eq!(loops("1"), loops("2"));
}
