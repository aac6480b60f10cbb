use super::*;
use crate::seed::{ChaCha8Rng, Seed};
use rand::RngExt;
use rand_distr::{Distribution, StudentT};

const REGIMES: [&str; 8] =
    ["bull", "bear", "high_volatility", "low_volatility", "sideways", "crash", "recovery", "mixed"];

fn path(score: f64) -> PathResult {
    PathResult {
        score: Some(score),
        stressed: Some(score - 0.05),
        max_drawdown: -0.2,
        closed_trades: 10,
        ruined: false,
    }
}

fn pair(incumbent: f64, challenger: f64) -> Pair {
    Pair { challenger: path(challenger), incumbent: path(incumbent) }
}

fn scenario(name: &str, pairs: Vec<Pair>) -> ScenarioPairs {
    ScenarioPairs { scenario: name.to_owned(), weight: 1.0, pairs }
}

fn evidence(scenarios: Vec<ScenarioPairs>) -> Evidence {
    Evidence { scenarios, test_number: 1, strategies: 1, trials_ever: 60, since_change: None }
}

fn differences(values: &[f64]) -> Vec<Pair> {
    values.iter().map(|difference| pair(0.0, *difference)).collect()
}

/// `paths` pairs in each regime; the incumbent's score is 0.5 ± 0.8.
fn simulated(rng: &mut ChaCha8Rng, paths: usize, mut difference: impl FnMut(&mut ChaCha8Rng) -> f64) -> Evidence {
    let regimes = REGIMES.map(|name| {
        let pairs = (0..paths).map(|_| {
            let incumbent = 0.5 + 0.8 * 3_f64.sqrt() * rng.random_range(-1.0..1.0);
            pair(incumbent, incumbent + difference(rng))
        });
        scenario(name, pairs.collect())
    });
    evidence(regimes.to_vec())
}

fn condition<'a>(decision: &'a Decision, name: &str) -> Option<&'a Condition> {
    decision.conditions.iter().find(|condition| condition.name == name)
}

fn verdict(evidence: &Evidence, name: &str) -> Result<Option<Verdict>, GateError> {
    Ok(condition(&decide(evidence, &Params::default())?, name).map(|condition| condition.verdict))
}

/// How many of 200 loops of 20 tests change anything.
fn loops_changed(
    seed: &str,
    paths: usize,
    judged: impl Fn(&Decision) -> bool,
    difference: impl Fn(&mut ChaCha8Rng) -> f64,
) -> Result<usize, GateError> {
    let mut changed = 0;
    for run in 0..200 {
        let mut rng = Seed::new(2).child(seed).child(&run.to_string()).rng();
        for test_number in 1..=20 {
            let evidence = Evidence { test_number, ..simulated(&mut rng, paths, &difference) };
            if judged(&decide(&evidence, &Params::default())?) {
                changed += 1;
                break;
            }
        }
    }
    Ok(changed)
}

fn promoted(decision: &Decision) -> bool {
    decision.ruling == Ruling::Promote
}

fn effect_passed(decision: &Decision) -> bool {
    condition(decision, "effect").is_some_and(|effect| effect.verdict == Verdict::Pass)
}

fn t5(scale: f64) -> impl Fn(&mut ChaCha8Rng) -> f64 {
    // A t with 5 degrees of freedom has variance 5/3.
    let unit = StudentT::new(5.0).ok();
    move |rng| unit.map_or(f64::NAN, |unit| scale * unit.sample(rng) / (5.0_f64 / 3.0).sqrt())
}

/// 99% quantile of the binomial with 200 loops at 5%: 18.
const MOST_FALSE: usize = 18;

#[test]
fn a_placebo_is_never_promoted() -> Result<(), GateError> {
    assert_eq!(loops_changed("placebo", 16, promoted, |_| 0.0)?, 0);
    Ok(())
}

#[test]
fn noise_is_not_promoted_oftener_than_promised() -> Result<(), GateError> {
    let noise = t5(0.4);
    let changed = loops_changed("noise", 16, |decision| effect_passed(decision) || promoted(decision), noise)?;
    assert!(changed <= MOST_FALSE, "{changed} of 200");
    Ok(())
}

/// The least favourable case: the true difference is the margin itself, 5% of 0.5.
#[test]
fn a_difference_of_just_the_margin_passes_no_oftener_than_alpha() -> Result<(), GateError> {
    let noise = t5(0.4);
    let changed = loops_changed("margin", 16, effect_passed, |rng| 0.025 + noise(rng))?;
    assert!((1..=MOST_FALSE).contains(&changed), "{changed} of 200");
    Ok(())
}

/// Frequent small gains paid for by rare large losses, the shape that flatters a t test.
#[test]
fn skewed_noise_is_not_promoted_oftener_than_promised() -> Result<(), GateError> {
    let skewed = |rng: &mut ChaCha8Rng| 0.4 * (1.0 + (1.0 - rng.random::<f64>()).ln());
    let changed = loops_changed("skewed", 16, effect_passed, skewed)?;
    assert!(changed <= MOST_FALSE, "{changed} of 200");
    Ok(())
}

#[test]
fn without_spending_the_same_noise_would_be_promoted() -> Result<(), GateError> {
    let noise = t5(0.4);
    let naive = |decision: &Decision| {
        condition(decision, "improvement").is_some_and(|condition| condition.verdict == Verdict::Pass)
    };
    let changed = loops_changed("noise", 16, naive, noise)?;
    assert!(changed >= 190, "{changed} of 200");
    Ok(())
}

#[test]
fn a_planted_difference_is_found() -> Result<(), GateError> {
    let noise = t5(0.6);
    for test_number in [1, 20] {
        let mut rng = Seed::new(9).child("planted").rng();
        let mut found = 0;
        for _ in 0..100 {
            let evidence = Evidence { test_number, ..simulated(&mut rng, 64, |rng| 0.3 + noise(rng)) };
            found += usize::from(promoted(&decide(&evidence, &Params::default())?));
        }
        assert!(found >= 80, "{found} of 100 in test {test_number}");
    }
    Ok(())
}

#[test]
fn a_gain_in_seven_regimes_does_not_pay_for_harm_in_one() -> Result<(), GateError> {
    let mut rng = Seed::new(4).rng();
    let mut evidence = simulated(&mut rng, 64, |rng| 0.6 + 0.1 * rng.random_range(-1.0..1.0));
    assert!(promoted(&decide(&evidence, &Params::default())?));
    for pair in &mut evidence.scenarios[4].pairs {
        pair.challenger.score = pair.incumbent.score.map(|score| score - 0.3);
    }
    let decision = decide(&evidence, &Params::default())?;
    assert_eq!(decision.ruling, Ruling::Keep);
    assert!(decision.reason.starts_with("no_regime_harmed: weakest in sideways"), "{}", decision.reason);
    Ok(())
}

/// By hand: differences 0.1, 0.2, 0.3 and 0, 0.4, equal weights, margin 0.05. Variances of the means 0.01/3
/// and 0.08/2, of the stratified mean (0.01/3 + 0.04)/4; df = 0.010833² / (0.000833²/2 + 0.01²/1).
#[test]
fn the_stratified_test_by_hand() -> Result<(), GateError> {
    let strata = Strata::of(&evidence(vec![
        scenario("a", differences(&[0.1, 0.2, 0.3])),
        scenario("b", differences(&[0.0, 0.4])),
    ]))?;
    let test = strata.test(0.05)?;
    let close = |found: Option<f64>, expected: f64| found.is_some_and(|found| (found - expected).abs() < 1e-9);
    assert!(close(Some(strata.difference()), 0.2));
    assert!(close(test.map(|test| test.standard_error), 0.104_083_299_973_306_6));
    assert!(close(test.map(|test| test.t), 1.441_153_384_245_783_6));
    assert!(close(test.map(|test| test.degrees_of_freedom), 1.169_550_173_010_380_6));
    // By integrating the density numerically.
    assert!(close(test.map(|test| test.p), 0.180_179_122_576_705));
    // t(0.95, 2) = 2.919986 and t(0.95, 1) = 6.313752.
    let bounds: Vec<f64> =
        strata.strata.iter().filter_map(|stratum| stratum.lower_bound(0.05).ok().flatten()).collect();
    assert!((bounds[0] - (0.2 - 2.919_985_580_353_725 * (0.01_f64 / 3.0).sqrt())).abs() < 1e-6, "{bounds:?}");
    assert!((bounds[1] - (0.2 - 6.313_751_514_675_04 * 0.2)).abs() < 1e-6, "{bounds:?}");
    Ok(())
}

#[test]
fn weights_count_in_proportion() -> Result<(), GateError> {
    let mut weighted = evidence(vec![scenario("a", differences(&[1.0, 1.2])), scenario("b", differences(&[0.0, 0.2]))]);
    weighted.scenarios[0].weight = 3.0;
    assert!((Strata::of(&weighted)?.difference() - 0.85).abs() < 1e-12);
    Ok(())
}

#[test]
fn the_floor_keeps_five_percent_of_nothing_from_counting() -> Result<(), GateError> {
    // 0.001 → 0.004 is fourfold, and 1.5% of the floor of 0.2.
    let pairs = |step: f64| (0..40).map(|n| pair(0.001, 0.001 + step + 1e-4 * f64::from(n % 2))).collect();
    assert_eq!(verdict(&evidence(vec![scenario("bull", pairs(0.003))]), "improvement")?, Some(Verdict::Fail));
    assert_eq!(verdict(&evidence(vec![scenario("bull", pairs(0.003))]), "effect")?, Some(Verdict::Fail));
    assert_eq!(verdict(&evidence(vec![scenario("bull", pairs(0.011))]), "effect")?, Some(Verdict::Pass));
    Ok(())
}

#[test]
fn sitting_out_gains_nothing() {
    let silent = |incumbent| Pair { challenger: PathResult { score: None, ..path(0.0) }, incumbent: path(incumbent) };
    assert_eq!(silent(-1.0).difference(), 0.0);
    assert_eq!(silent(1.0).difference(), -1.0);
    let woken = Pair { challenger: path(0.7), incumbent: PathResult { score: None, ..path(0.0) } };
    assert_eq!(woken.difference(), 0.7);
    let both = Pair { challenger: PathResult { score: None, ..path(0.0) }, ..woken };
    assert_eq!(both.difference(), 0.0);
}

#[test]
fn each_condition_can_stop_a_promotion() -> Result<(), GateError> {
    let good = || {
        let mut rng = Seed::new(8).rng();
        simulated(&mut rng, 32, |rng| 0.6 + 0.1 * rng.random_range(-1.0..1.0))
    };
    let decision = decide(&good(), &Params::default())?;
    assert_eq!((decision.ruling, decision.conditions.len()), (Ruling::Promote, 11), "{}", decision.reason);
    assert_eq!(decision.reason, "all 9 conditions that apply passed");

    type Break = fn(&mut Evidence);
    let breaks: [(&str, Break); 10] = [
        ("closed_trades", |evidence| {
            evidence.scenarios.iter_mut().flat_map(|s| &mut s.pairs).for_each(|pair| pair.challenger.closed_trades = 0);
            evidence.scenarios[0].pairs[0].challenger.closed_trades = 29;
        }),
        ("no_ruin", |evidence| evidence.scenarios[3].pairs[7].challenger.ruined = true),
        ("defined_scores", |evidence| {
            evidence.scenarios[..2].iter_mut().flat_map(|s| &mut s.pairs).for_each(|pair| pair.challenger.score = None);
        }),
        ("effect", |evidence| evidence.test_number = u32::MAX),
        ("closed_trades", |evidence| {
            // Plenty in all, too few in one regime.
            evidence.scenarios[6].pairs.iter_mut().for_each(|pair| pair.challenger.closed_trades = 0);
        }),
        ("costs", |evidence| {
            let dear = |pair: &mut Pair| pair.challenger.stressed = pair.incumbent.stressed.map(|score| score - 0.01);
            evidence.scenarios.iter_mut().flat_map(|s| &mut s.pairs).for_each(dear);
        }),
        ("deflated_sharpe", |evidence| {
            // Better than the incumbent by far, and still worth nothing.
            evidence.scenarios.iter_mut().flat_map(|s| &mut s.pairs).for_each(|pair| {
                pair.incumbent.score = pair.incumbent.score.map(|score| score - 3.0);
                pair.challenger.score = pair.challenger.score.map(|score| score - 1.2);
            });
        }),
        ("drawdown", |evidence| {
            evidence.scenarios[5].pairs.iter_mut().for_each(|pair| pair.challenger.max_drawdown = -0.221);
        }),
        ("cooldown", |evidence| evidence.since_change = Some(SinceChange { iterations: 0, real_bars: Some(9) })),
        ("cooldown", |evidence| evidence.since_change = Some(SinceChange { iterations: 9, real_bars: Some(0) })),
    ];
    for (name, spoil) in breaks {
        let mut evidence = good();
        spoil(&mut evidence);
        // A t of 100 survives any test number; noise makes the spent alpha matter.
        if name == "effect" {
            let noise = t5(1.0);
            let mut rng = Seed::new(8).rng();
            evidence = Evidence { test_number: u32::MAX, ..simulated(&mut rng, 32, |rng| 0.3 + noise(rng)) };
        }
        let decision = decide(&evidence, &Params::default())?;
        assert_eq!(decision.ruling, Ruling::Keep, "{name}");
        assert_eq!(condition(&decision, name).map(|condition| condition.verdict), Some(Verdict::Fail), "{name}");
    }
    let mut rested = good();
    rested.since_change = Some(SinceChange { iterations: 1, real_bars: None });
    assert!(promoted(&decide(&rested, &Params::default())?));
    Ok(())
}

#[test]
fn drawdown_is_judged_only_where_there_is_a_crash_or_a_bear() -> Result<(), GateError> {
    assert_eq!(
        verdict(&evidence(vec![scenario("bull", differences(&[0.1, 0.2]))]), "drawdown")?,
        Some(Verdict::NotApplicable)
    );
    let mut bear = evidence(vec![scenario("bear", differences(&[0.1, 0.2]))]);
    assert_eq!(verdict(&bear, "drawdown")?, Some(Verdict::Pass));
    bear.scenarios[0].pairs.iter_mut().for_each(|pair| pair.incumbent.max_drawdown = 0.0);
    assert_eq!(verdict(&bear, "drawdown")?, Some(Verdict::Fail));
    Ok(())
}

#[test]
fn too_few_paths_fail_rather_than_pass() -> Result<(), GateError> {
    let single = evidence(vec![scenario("bull", differences(&[5.0, 5.1])), scenario("bear", differences(&[5.0]))]);
    assert_eq!(verdict(&single, "effect")?, Some(Verdict::Fail));
    assert_eq!(verdict(&single, "no_regime_harmed")?, Some(Verdict::Fail));
    Ok(())
}

#[test]
fn evidence_that_cannot_be_judged_is_an_error() {
    let judge = |evidence: &Evidence| decide(evidence, &Params::default()).err();
    assert_eq!(judge(&evidence(vec![])), Some(GateError::NoScenarios));
    assert_eq!(judge(&evidence(vec![scenario("bull", vec![])])), Some(GateError::NoPaths { scenario: "bull".into() }));
    let infinite = evidence(vec![scenario("bull", differences(&[0.1, f64::INFINITY]))]);
    assert_eq!(judge(&infinite), Some(GateError::NotFinite { scenario: "bull".into(), path: 1 }));
    let mut positive = evidence(vec![scenario("bull", differences(&[0.1, 0.2]))]);
    positive.scenarios[0].pairs[0].incumbent.max_drawdown = 0.3;
    assert!(matches!(judge(&positive), Some(GateError::Drawdown { .. })));
    let uncounted = Evidence { test_number: 0, ..evidence(vec![scenario("bull", differences(&[0.1, 0.2]))]) };
    assert_eq!(judge(&uncounted), Some(GateError::Counts));
    let params = Params { alpha: 0.0, ..Params::default() };
    assert!(matches!(decide(&uncounted, &params), Err(GateError::Params { name: "alpha", .. })));
}

#[test]
fn a_decision_without_any_judged_condition_keeps() {
    let blank = Condition {
        name: "foreign".into(),
        figure: None,
        threshold: None,
        verdict: Verdict::NotApplicable,
        note: String::new(),
    };
    assert_eq!(Decision::of(vec![]).ruling, Ruling::Keep);
    assert_eq!(Decision::of(vec![blank]).ruling, Ruling::Keep);
}

/// Seven regimes of no difference and one of a large one: without it, or with half its weight, nothing is left.
#[test]
fn a_verdict_that_hangs_on_one_regime_says_so() -> Result<(), GateError> {
    let steady = |step: f64| (0..64).map(|n| pair(0.5, 0.5 + step + 1e-3 * f64::from(n % 2))).collect::<Vec<_>>();
    let mut one = evidence(REGIMES.iter().map(|name| scenario(name, steady(0.0))).collect());
    one.scenarios[2].pairs = steady(0.3);
    let decision = decide(&one, &Params::default())?;
    let row = condition(&decision, "weight_sensitivity").cloned();
    assert!(row.as_ref().is_some_and(|row| row.verdict == Verdict::Shown && row.figure == Some(2.0)), "{row:?}");
    assert!(row.is_some_and(
        |row| row.note.contains("without high_volatility") && row.note.contains("high_volatility at half")
    ));
    let all = evidence(REGIMES.iter().map(|name| scenario(name, steady(0.2))).collect());
    let row = condition(&decide(&all, &Params::default())?, "weight_sensitivity").cloned();
    assert!(row.is_some_and(|row| row.figure == Some(0.0)));
    Ok(())
}

fn family(name: &str, difference: f64) -> FamilyPairs {
    let pairs = vec![pair(0.5, 0.5 + difference); 4];
    FamilyPairs { family: name.to_owned(), scenarios: vec![scenario("bull", pairs)], why_not: String::new() }
}

#[test]
fn foreign_families_have_to_agree_and_one_of_them_by_the_margin() -> Result<(), GateError> {
    let verdicts = |families: &[FamilyPairs]| -> Result<Vec<Verdict>, GateError> {
        Ok(foreign(families, 0.025)?.into_iter().map(|condition| condition.verdict).collect())
    };
    use Verdict::{Fail, NotApplicable, Pass};
    assert_eq!(verdicts(&[family("bates", 0.01), family("resampled", 0.03)])?, [Pass, Pass, Pass]);
    assert_eq!(verdicts(&[family("bates", 0.01), family("resampled", 0.02)])?, [Pass, Pass, Fail]);
    assert_eq!(verdicts(&[family("bates", 0.1), family("resampled", -0.001)])?, [Pass, Fail, Pass]);
    assert_eq!(verdicts(&[family("bates", 0.0), family("resampled", 0.1)])?, [Fail, Pass, Pass]);
    let none = FamilyPairs { scenarios: vec![], why_not: "no real bars".to_owned(), ..family("resampled", 0.0) };
    assert_eq!(verdicts(&[family("bates", 0.1), none.clone()])?, [Pass, NotApplicable, Pass]);
    let unavailable = FamilyPairs { family: "bates".to_owned(), ..none.clone() };
    assert_eq!(verdicts(&[unavailable, none])?, [NotApplicable, NotApplicable, NotApplicable]);
    Ok(())
}

fn real(challenger: f64, bars: usize) -> RealMarket {
    // The difference itself has to vary, or there is no error to measure it by.
    let wave = |bar: usize, shift: usize| 0.01 * (((bar * 7919 + shift) % 101) as f64 / 50.0 - 1.0);
    RealMarket {
        market: "historical:X".to_owned(),
        champion: (0..bars).map(|bar| 0.0003 + wave(bar, 0)).collect(),
        challenger: (0..bars).map(|bar| 0.0003 + challenger + 0.8 * wave(bar, 0) + 0.6 * wave(bar, 37)).collect(),
        periods_per_year: 252.0,
    }
}

#[test]
fn real_bars_veto_what_is_worse_and_print_their_power() {
    let judge = |markets: &[RealMarket]| real_walk_forward(markets, "the last bars", &Params::default());
    let better = judge(&[real(0.0002, 1000), real(0.0004, 800)]);
    assert_eq!(better.verdict, Verdict::Pass, "{better:?}");
    assert!(better.note.contains("could only have detected a difference of"), "{}", better.note);
    let worse = judge(&[real(-0.0004, 1000)]);
    assert_eq!(worse.verdict, Verdict::Fail, "{worse:?}");
    assert!(worse.figure.is_some_and(|figure| figure < 0.0));
    assert_eq!(judge(&[]).verdict, Verdict::NotApplicable);
    // Equal in every bar: no difference, and nothing to hold against it.
    let same = RealMarket { challenger: real(0.0, 500).champion, ..real(0.0, 500) };
    assert_eq!(judge(&[same]).verdict, Verdict::Pass);
    let silent = RealMarket { challenger: vec![0.0; 500], champion: vec![0.0; 500], ..real(0.0, 500) };
    assert_eq!(judge(&[silent]).verdict, Verdict::NotApplicable);
}

#[test]
fn a_lone_peak_is_no_plateau() {
    let judge = |neighbours: &[f64]| {
        let neighbours = neighbours.iter().map(|score| ("n".to_owned(), Some(*score))).collect();
        plateau(&Neighbourhood { challenger: 1.0, champion: 0.5, neighbours }, &Params::default()).verdict
    };
    assert_eq!(judge(&[0.95, 0.9, 0.92, 0.5]), Verdict::Pass);
    assert_eq!(judge(&[0.8, 0.85, 0.92, 0.7]), Verdict::Fail, "median below nine tenths");
    // The margin is 5% of 0.5.
    assert_eq!(judge(&[0.95, 0.95, 0.476]), Verdict::Pass);
    assert_eq!(judge(&[0.95, 0.95, 0.474]), Verdict::Fail, "one below the champion less the margin");
    assert_eq!(judge(&[]), Verdict::NotApplicable);
    let broken = Neighbourhood { challenger: 1.0, champion: 0.5, neighbours: vec![("n=3".to_owned(), None)] };
    let row = plateau(&broken, &Params::default());
    assert!(row.verdict == Verdict::Fail && row.note.contains("n=3"), "{row:?}");
}

#[test]
fn overfitting_is_judged_where_it_is_known() {
    let judge = |probability| overfitting(probability, &Params::default()).verdict;
    assert_eq!(judge(Ok(0.5)), Verdict::Pass);
    assert_eq!(judge(Ok(0.51)), Verdict::Fail);
    assert_eq!(judge(Err("one trial".to_owned())), Verdict::NotApplicable);
}
