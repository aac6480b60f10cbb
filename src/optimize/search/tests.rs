use super::surfaces::{self, Surface};
use super::*;
use crate::discovery::SearchRange;
use crate::optimize::objective::Direction::{self, Maximise, Minimise};
use crate::optimize::space::Count;
use crate::optimize::space::tests::parameter;
use crate::strategy::Value;
use std::collections::BTreeSet;

type Outcome = Result<(), SearchError>;

fn int(low: i64, high: i64) -> Option<SearchRange> {
    Some(SearchRange::Int { low, high, step: 1 })
}

fn cross() -> Space {
    Space::from_parameters(&[
        parameter("fast", Value::Int(10), int(2, 50), Some("slow")),
        parameter("slow", Value::Int(30), int(3, 100), None),
        parameter("flag", Value::Bool(false), Some(SearchRange::Bool), None),
        parameter(
            "band",
            Value::Float(0.005),
            Some(SearchRange::Float { low: 0.0, high: 0.02, step: None, log: false }),
            None,
        ),
    ])
}

fn number(set: &ParamSet, name: &str) -> f64 {
    set.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN)
}

fn scored(values: &[f64]) -> Evaluation {
    Evaluation::Scored { objectives: values.iter().copied().map(Some).collect() }
}

/// Best at fast 20, slow 60, band 0.01; the second objective pulls towards short averages.
fn two_goals(set: &ParamSet) -> Evaluation {
    let (fast, slow, band) = (number(set, "fast"), number(set, "slow"), number(set, "band"));
    let first = -((fast - 20.0) / 20.0).powi(2) - ((slow - 60.0) / 40.0).powi(2) - (100.0 * (band - 0.01)).powi(2);
    scored(&[first, fast + slow])
}

fn settings(objectives: &[Direction], trials: usize) -> Settings {
    Settings { objectives: objectives.to_vec(), trials, ..Settings::default() }
}

fn each(evaluate: impl Fn(&ParamSet) -> Evaluation) -> impl FnMut(&[ParamSet]) -> Vec<Evaluation> {
    move |sets| sets.iter().map(&evaluate).collect()
}

fn median_best(surface: &Surface, settings: &Settings, marks: &[usize]) -> Result<Vec<f64>, SearchError> {
    let parameters: Vec<_> = (0_u8..)
        .zip(surface.ranges)
        .map(|(index, &(low, high))| {
            let range = Some(SearchRange::Float { low, high, step: None, log: false });
            parameter(&format!("x{index}"), Value::Float(low + 0.9 * (high - low)), range, None)
        })
        .collect();
    let space = Space::from_parameters(&parameters);
    let mut best = vec![Vec::new(); marks.len()];
    for seed in 0..20 {
        let evaluate = |set: &ParamSet| {
            let x: Vec<f64> = set.values().filter_map(Value::as_f64).collect();
            scored(&[(surface.of)(&x)])
        };
        let result = search(&space, settings, Seed::new(seed), &[], &mut each(evaluate))?;
        for (best, &mark) in best.iter_mut().zip(marks) {
            let values = result.trials[..mark].iter().filter_map(|trial| trial.evaluation.primary());
            best.push(values.fold(f64::INFINITY, f64::min));
        }
    }
    Ok(best
        .into_iter()
        .map(|mut values| {
            values.sort_by(f64::total_cmp);
            f64::midpoint(values[9], values[10])
        })
        .collect())
}

#[test]
fn trial_zero_is_the_incumbent_and_no_set_is_tried_twice() -> Outcome {
    let space = cross();
    let result = search(&space, &settings(&[Maximise, Minimise], 150), Seed::new(3), &[], &mut each(two_goals))?;
    assert_eq!(result.trials.len(), 150);
    assert_eq!(result.trials[0].origin, Origin::Incumbent);
    assert_eq!(result.trials[0].parameters, space.decode(&space.incumbent()));
    let texts: BTreeSet<String> = result.trials.iter().map(|trial| format!("{:?}", trial.parameters)).collect();
    assert_eq!(texts.len(), 150);
    for trial in &result.trials {
        assert!(number(&trial.parameters, "fast") < number(&trial.parameters, "slow"), "{:?}", trial.parameters);
        assert!(space.contains(&trial.parameters));
    }
    Ok(())
}

#[test]
fn the_same_seed_gives_the_same_trials_in_any_order_of_evaluation() -> Outcome {
    let space = cross();
    let settings = Settings { batch: 7, ..settings(&[Maximise, Minimise], 90) };
    let plain = search(&space, &settings, Seed::new(11), &[], &mut each(two_goals))?;
    let mut shuffled = |sets: &[ParamSet]| {
        let mut answers: Vec<(usize, Evaluation)> = sets
            .iter()
            .enumerate()
            .map(|(index, set)| (index * 5 % 7, index, set))
            .map(|(_, i, set)| (i, two_goals(set)))
            .rev()
            .collect();
        answers.sort_by_key(|(index, _)| *index);
        answers.into_iter().map(|(_, evaluation)| evaluation).collect()
    };
    assert_eq!(search(&space, &settings, Seed::new(11), &[], &mut shuffled)?, plain);
    let threaded = search(&space, &settings, Seed::new(11), &[], &mut |sets| {
        std::thread::scope(|scope| {
            let running: Vec<_> = sets.iter().rev().map(|set| scope.spawn(|| two_goals(set))).collect();
            let mut answers: Vec<Evaluation> = running.into_iter().filter_map(|thread| thread.join().ok()).collect();
            answers.reverse();
            answers
        })
    })?;
    assert_eq!(threaded, plain);
    assert_ne!(search(&space, &settings, Seed::new(12), &[], &mut each(two_goals))?.trials, plain.trials);
    Ok(())
}

#[test]
fn what_cannot_be_scored_never_wins() -> Outcome {
    // Everything above the diagonal is rejected, fails or is undefined; only small slow averages have a value.
    let evaluate = |set: &ParamSet| match number(set, "slow") as i64 {
        slow if slow >= 70 => Evaluation::Infeasible { why: "ValueError: slow".to_owned() },
        slow if slow >= 50 => Evaluation::Failed { why: "ZeroDivisionError".to_owned() },
        slow if slow >= 45 => Evaluation::Scored { objectives: vec![None, Some(1e12)] },
        slow if slow >= 40 => Evaluation::Scored { objectives: vec![Some(f64::INFINITY), Some(1e12)] },
        slow => scored(&[-1e9 - slow as f64, -1.0]),
    };
    for seed in 0..10 {
        let result =
            search(&cross(), &settings(&[Maximise, Maximise], 120), Seed::new(seed), &[], &mut each(evaluate))?;
        assert!(result.infeasible() > 0 && result.failed() > 0 && result.undefined() > 0);
        for &index in result.front.iter().chain(&result.best) {
            assert!(result.trials[index].evaluation.primary().is_some_and(|value| value < -1e8));
        }
        // The model goes where values are: the scored half of the space is a quarter of it.
        let asked = result.trials.iter().filter(|trial| trial.origin == Origin::Model);
        let (hits, all) = asked.fold((0, 0), |(hits, all), trial| (hits + u32::from(trial.rank.is_some()), all + 1));
        assert!(f64::from(hits) > 0.6 * f64::from(all), "seed {seed}: {hits} of {all}");
    }
    Ok(())
}

#[test]
fn with_nothing_scored_there_is_no_winner() -> Outcome {
    let evaluate = |_: &ParamSet| Evaluation::Scored { objectives: vec![None] };
    let result = search(&cross(), &settings(&[Minimise], 60), Seed::new(1), &[], &mut each(evaluate))?;
    assert_eq!((result.best, result.front.len(), result.undefined()), (None, 0, 60));
    let refuse = |_: &ParamSet| Evaluation::Infeasible { why: String::new() };
    let result = search(&cross(), &settings(&[Minimise], 60), Seed::new(1), &[], &mut each(refuse))?;
    assert_eq!((result.best, result.front.len(), result.infeasible()), (None, 0, 60));
    Ok(())
}

#[test]
fn of_equals_the_incumbent_is_best() -> Outcome {
    let result = search(&cross(), &settings(&[Maximise], 40), Seed::new(1), &[], &mut each(|_| scored(&[0.0])))?;
    assert_eq!(result.best, Some(0));
    Ok(())
}

#[test]
fn a_small_space_is_searched_to_the_end() -> Outcome {
    let space = Space::from_parameters(&[
        parameter("fast", Value::Int(4), int(1, 8), Some("slow")),
        parameter("slow", Value::Int(6), int(1, 8), None),
    ]);
    assert_eq!(space.count(), Count::Exactly(28));
    let result = search(
        &space,
        &settings(&[Maximise], 500),
        Seed::new(5),
        &[],
        &mut each(|set| scored(&[number(set, "fast")])),
    )?;
    assert_eq!((result.trials.len(), result.stopped), (28, Stop::Exhausted));
    assert_eq!(result.best.map(|best| number(&result.trials[best].parameters, "fast")), Some(7.0));

    let nothing = Space::from_parameters(&[]);
    let result = search(&nothing, &settings(&[Maximise], 9), Seed::new(5), &[], &mut each(|_| scored(&[1.0])))?;
    assert_eq!((result.trials.len(), result.stopped), (1, Stop::Exhausted));
    Ok(())
}

#[test]
fn history_is_told_and_its_best_tried_again() -> Outcome {
    let space = cross();
    let first = search(&space, &settings(&[Maximise, Minimise], 80), Seed::new(1), &[], &mut each(two_goals))?;
    let mut history: Vec<HistoryTrial> = first
        .trials
        .iter()
        .map(|trial| HistoryTrial { parameters: trial.parameters.clone(), evaluation: trial.evaluation.clone() })
        .collect();
    history.push(HistoryTrial { parameters: ParamSet::new(), evaluation: scored(&[1e9, 0.0]) });
    history.push(HistoryTrial { parameters: first.trials[3].parameters.clone(), evaluation: scored(&[1e9]) });
    let second = search(&space, &settings(&[Maximise, Minimise], 20), Seed::new(2), &history, &mut each(two_goals))?;
    assert_eq!((second.from_history, second.history_skipped), (80, 2));
    let origins: Vec<Origin> = second.trials.iter().take(5).map(|trial| trial.origin).collect();
    use Origin::{Incumbent, Model, Revisited};
    assert_eq!(origins, [Incumbent, Revisited, Revisited, Revisited, Model]);
    assert_eq!(first.best.map(|best| &first.trials[best].parameters), Some(&second.trials[1].parameters));
    Ok(())
}

#[test]
fn several_objectives_fill_the_front_without_losing_the_first() -> Outcome {
    let mut spread = Vec::new();
    for seed in 0..10 {
        let both = search(&cross(), &settings(&[Maximise, Minimise], 120), Seed::new(seed), &[], &mut each(two_goals))?;
        let best = both.best.and_then(|best| both.trials[best].evaluation.primary());
        assert!(best.is_some_and(|best| best > -0.12), "seed {seed}: {best:?}");
        spread.push(both.front.len());
        assert!(both.front.is_sorted());
        assert!(both.front.iter().all(|&index| both.trials[index].rank == Some(0)));
    }
    spread.sort_unstable();
    assert!(spread[5] >= 8, "{spread:?}");
    Ok(())
}

#[test]
fn answers_that_do_not_fit_are_refused() {
    let run = |settings: &Settings, answers: Vec<Evaluation>| {
        search(&cross(), settings, Seed::new(1), &[], &mut |_| answers.clone())
    };
    let one = settings(&[Maximise], 1);
    assert_eq!(run(&one, vec![]), Err(SearchError::Answers { asked: 1, answered: 0 }));
    assert_eq!(run(&one, vec![scored(&[1.0, 2.0])]), Err(SearchError::Objectives { expected: 1, found: 2 }));
    for wrong in [
        settings(&[], 1),
        settings(&[Maximise], 0),
        Settings { batch: 0, ..one.clone() },
        Settings { candidates: 0, ..one.clone() },
        Settings { good_share: 1.0, ..one.clone() },
    ] {
        assert!(matches!(run(&wrong, vec![]), Err(SearchError::Settings(_))));
    }
}

/// Median best of 20 seeds after 50, 100 and 200 trials, against the figures of the plain `tpe` crate asked and
/// told one by one, and against random search, measured then and now.
fn searches_as_well_as_the_plain_sampler(surface: &Surface) -> Outcome {
    let marks = [50, 100, 200];
    let ours = median_best(surface, &settings(&[Minimise], 200), &marks)?;
    let random = median_best(surface, &Settings { startup: 200, ..settings(&[Minimise], 200) }, &marks)?;
    for mark in 0..marks.len() {
        let regret = |value: f64| value - surface.minimum;
        let told = format!("{} after {}: {} (random {})", surface.name, marks[mark], ours[mark], random[mark]);
        assert!(regret(ours[mark]) >= 0.0, "{told}");
        assert!(regret(ours[mark]) <= 2.5 * regret(surface.tpe[mark]), "{told}");
        let chance = regret(random[mark]).min(regret(surface.random[mark]));
        assert!(regret(ours[mark]) <= 0.75 * chance, "{told}");
    }
    Ok(())
}

#[test]
fn branin() -> Outcome {
    searches_as_well_as_the_plain_sampler(&surfaces::ALL[0])
}

#[test]
fn hartmann6() -> Outcome {
    searches_as_well_as_the_plain_sampler(&surfaces::ALL[1])
}

#[test]
fn ackley5() -> Outcome {
    searches_as_well_as_the_plain_sampler(&surfaces::ALL[2])
}

#[test]
fn rosenbrock4() -> Outcome {
    searches_as_well_as_the_plain_sampler(&surfaces::ALL[3])
}
