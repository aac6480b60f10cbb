use super::{Hoisting, hoist};
use crate::discovery::{NoConfigFiles, Parameter, Params, Strategy, scan};
use crate::strategy::Meaning;
use crate::strategy::native::arguments::varied;
use crate::strategy::native::ir::random::programs;
use crate::strategy::native::ir::{Program, check, parse};
use crate::strategy::native::jit::compile;
use crate::strategy::native::lower::{Request, lower};
use crate::strategy::native::machine::{Budget, Columns, Executable, Finish, Memory};
use crate::strategy::native::rehearsal::{Heard, Watched, Z_SCORE, heard, quarters, waves};
use crate::strategy::native::vm::Vm;
use proptest::test_runner::Config as ProptestConfig;
use std::cell::Cell;
use std::sync::Arc;

fn interpreter(program: &Program) -> Result<Arc<dyn Executable>, String> {
    Ok(Arc::new(Vm::new(program)?))
}

fn run(program: &Program, executable: &dyn Executable, columns: &Columns, params: &[u64]) -> Heard {
    let budget = Budget { words: 1 << 14, rounds: 1_000_000 };
    heard((program, executable), columns, params, &mut Memory::default(), budget, Watched::No)
}

/// The residue has no site of what a column would have ended, and needs less memory: that it ends is compared.
fn agree(program: &Program, params: &[Vec<u64>], bars: usize) {
    let whole = Vm::new(program).unwrap();
    let hoisted = Hoisting::over(program, &interpreter).unwrap();
    let columns = quarters(bars);
    for params in params {
        let expected = run(program, &whole, &columns, params);
        let found = run(program, hoisted.as_ref(), &columns, params);
        match (expected.finish, found.finish) {
            (Finish::Bail { bar, .. }, Finish::Bail { bar: other, .. }) => assert_eq!(bar, other),
            (Finish::Memory { .. } | Finish::Fuel { .. }, _) => {}
            _ => assert_eq!(found, expected, "{program}\n{:#?}", hoist(program)),
        }
    }
}

thread_local! {
    static HOISTED: Cell<u32> = const { Cell::new(0) };
}

#[test]
fn random_programs_answer_as_before() {
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(64));
    let params = [vec![0.75_f64.to_bits(), 3], vec![(-2.5_f64).to_bits(), 3], vec![0.75_f64.to_bits(), 0]];
    runner
        .run(&programs(), |program| {
            HOISTED.set(HOISTED.get() + u32::from(hoist(&program).is_some()));
            agree(&program, &params, 40);
            Ok(())
        })
        .unwrap();
    assert!(HOISTED.get() > 0, "only {} of them had something to hoist", HOISTED.get());
}

fn w2(text: &str) -> (Program, Vec<Vec<u64>>) {
    let params = (0..12_u64).map(|set| {
        let part = set as f64 / 12.0;
        vec![3 + set % 5, (0.2 + part).to_bits(), (0.5 - part).to_bits(), (0.01 + 0.02 * part).to_bits(), set % 3]
    });
    (parse(text).unwrap(), params.collect())
}

#[test]
fn a_z_score_is_a_column_of_its_window() {
    for text in Z_SCORE {
        let (program, params) = w2(text);
        agree(&program, &params, 300);
        let hoisted = hoist(&program).unwrap();
        assert!(hoisted.columns.iter().all(|column| column.params == [0]), "{hoisted:#?}");
        assert!(!hoisted.residue.to_string().contains("call"), "{}", hoisted.residue);
        for column in &hoisted.columns {
            assert_eq!(check(&column.program), Ok(()));
        }
    }
}

/// Two averages; the fast one is behind a return that the slow one decides.
const CROSS: &str = r#"
program "Cross"
param "fast" I
param "slow" I
state "fast" Ref
state "slow" Ref
state "up" I
layout F
site "cross.py" 1 "float division by zero"

init I I I
b0:
  r0 = param p0
  r1 = call deque.new:0 r0 @0
  set s0 r1
  r0 = param p1
  r1 = call deque.new:0 r0 @0
  set s1 r1
  r2 = const 0
  set s2 r2
  return

step I I I F I I F F I I I F F F F I
b0:
  r0 = get s0
  r1 = get s1
  r3 = column c4 @0
  r2 = call list.push r0 @0
  store r2 +0 r3
  r2 = call list.push r1 @0
  store r2 +0 r3
  r12 = const 0x7ff8000000000000
  r13 = const 1.0
  r14 = const 0.0
  r8 = call list.length r1 @0
  r9 = param p1
  r10 = is.lt r8 r9
  branch r10 b1 b2
b1:
  return r12
b2:
  r4 r5 = call list.view r0 @0
  r6 = call fsum r4 r5 @0
  r11 = to_float r5 @0
  r6 = float.div r6 r11 @0
  r4 r5 = call list.view r1 @0
  r7 = call fsum r4 r5 @0
  r11 = to_float r5 @0
  r7 = float.div r7 r11 @0
  r10 = is.gt r6 r7
  r15 = get s2
  set s2 r10
  branch r10 b3 b5
b3:
  branch r15 b1 b4
b4:
  return r13
b5:
  return r14
"#;

#[test]
fn an_average_behind_another_s_return_is_a_column_of_its_own_window() {
    let program = parse(CROSS).unwrap();
    let params: Vec<Vec<u64>> = (1..6).flat_map(|fast| (2..9).map(move |slow| vec![fast, slow])).collect();
    agree(&program, &params, 120);
    let hoisted = hoist(&program).unwrap();
    let of: Vec<&[usize]> = hoisted.columns.iter().map(|column| column.params.as_slice()).collect();
    assert!(of.contains(&[0].as_slice()) && of.contains(&[1].as_slice()), "{of:?}");
    let (_, step) = hoisted.residue.to_string().split_once("step").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    assert!(!step.contains("call"), "{step}");
    // A deque that holds nothing has no average: no column, and the run ends where it would have.
    agree(&program, &[vec![0, 3]], 20);
}

#[test]
fn compiled_columns_are_read_as_the_interpreter_reads_them() {
    let program = parse(CROSS).unwrap();
    let build = |program: &Program| -> Result<Arc<dyn Executable>, String> {
        Ok(Arc::new(compile(program).map_err(|error| error.to_string())?))
    };
    let (compiled, whole) = (Hoisting::over(&program, &build).unwrap(), Vm::new(&program).unwrap());
    let columns = quarters(200);
    for params in [[3, 7], [3, 8], [4, 8], [3, 7]] {
        let found = run(&program, compiled.as_ref(), &columns, &params);
        assert_eq!(found, run(&program, &whole, &columns, &params));
    }
}

/// The classes of `benches/strategies`, as discovery sees them.
fn benchmarks() -> Vec<(String, Program)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/strategies");
    let found = scan(&Params::new(vec![folder]), &NoConfigFiles).unwrap();
    let lowered = |strategy: &Strategy| {
        let own: Vec<Parameter> =
            found.parameters.iter().filter(|one| one.strategy == strategy.name).cloned().collect();
        let varied = varied(&own);
        let meaning = Meaning::default();
        let request = Request { strategy, parameters: &own, meaning, python: (3, 11), varied: &varied, pandas: None };
        (strategy.name.clone(), lower(&request).unwrap_or_else(|obstacle| panic!("{obstacle}")).program)
    };
    found.strategies.iter().map(lowered).collect()
}

/// What is left of the benchmarks' classes for each parameter set has no list in it, and rests while nothing happens.
#[test]
fn what_is_left_of_the_benchmarks_rests() {
    let found = benchmarks();
    assert_eq!(found.len(), 4);
    for (name, program) in found {
        let hoisted = hoist(&program).unwrap();
        let residue = hoisted.residue.to_string();
        if std::env::var("CBT_SHOW").is_ok() {
            println!("{hoisted:#?}\n{residue}");
            hoisted.columns.iter().for_each(|column| println!("{}", column.program));
        }
        let (_, step) = residue.split_once("\nstep").unwrap();
        assert!(!step.contains("call") && !step.contains("load"), "{name}\n{step}");
        assert!(compile(&hoisted.residue).unwrap().skips(), "{name}\n{step}");
    }
}

fn argument(name: &str, set: u64) -> u64 {
    let part = set as f64 / 12.0;
    match name {
        "fast_period" => 2 + set % 5,
        "slow_period" => 7 + set % 9,
        "window" => 3 + 4 * (set % 5),
        "entry_z" => (0.4 + part).to_bits(),
        "exit_z" => (0.5 - part).to_bits(),
        "trail" => (0.005 + 0.02 * part).to_bits(),
        "cooldown" => set % 3,
        other => panic!("{other} is no parameter of the benchmarks"),
    }
}

/// Windows made many bars at once, columns, and bars that are skipped: together they answer as the whole does.
#[test]
fn the_benchmarks_answer_as_their_whole_programs() {
    let build = |program: &Program| -> Result<Arc<dyn Executable>, String> {
        Ok(Arc::new(compile(program).map_err(|error| error.to_string())?))
    };
    for (name, program) in benchmarks() {
        let windows: usize = hoist(&program).unwrap().columns.iter().map(|column| column.windows.len()).sum();
        // The others read their deque's elements too.
        assert!(windows > 0 || name != "sma_cross_strategy", "nothing is asked of the windows of {name}");
        let (whole, hoisted) = (Vm::new(&program).unwrap(), Hoisting::over(&program, &build).unwrap());
        let (columns, mut bought) = ([quarters(700), waves(130)], 0);
        for set in 0..12 {
            let params: Vec<u64> = program.params.iter().map(|param| argument(&param.name, set)).collect();
            for columns in &columns {
                let expected = run(&program, &whole, columns, &params);
                assert_eq!(expected.finish, Finish::Done, "{name}");
                bought += usize::from(expected.targets.contains(&1.0_f64.to_bits()));
                assert_eq!(run(&program, hoisted.as_ref(), columns, &params), expected, "{name}");
            }
        }
        assert!(bought > 4, "{name} bought in {bought} of 24 runs");
    }
}
