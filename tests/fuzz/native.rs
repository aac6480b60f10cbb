//! Any bytes as a class: what can be lowered holds together, is read back from its text, and answers the same in the
//! interpreter, compiled, and in CPython; whole-frame classes are followed on columns. And any bytes as a program's text.

#[path = "native/cpython.rs"]
mod cpython;

use continuous_backtest::discovery::{Found, NoConfigFiles, Parameter, Params, Strategy, scan};
use continuous_backtest::strategy::native::Arguments;
use continuous_backtest::strategy::native::frame::{Market, Plan};
use continuous_backtest::strategy::native::ir::{Program, check, parse};
use continuous_backtest::strategy::native::jit::compile;
use continuous_backtest::strategy::native::lower::{Lowered, Request, lower};
use continuous_backtest::strategy::native::machine::{Budget, Columns, Executable, Finish, Memory, Said};
use continuous_backtest::strategy::native::verify::practice;
use continuous_backtest::strategy::native::vm::Vm;
use continuous_backtest::strategy::worker::Interpreter;
use continuous_backtest::strategy::{Meaning, ParamSet, Protocol};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

const BARS: usize = 80;
const BUDGET: Budget = Budget { rounds: 20_000, words: 1 << 16 };

pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(program) = parse(text)
        && check(&program).is_ok()
    {
        // Nobody made it of a class, so it may do what no lowered program does: it is built, not run.
        built(&program);
    }
    let dir = tempfile::tempdir().expect("a folder for the case");
    for (number, source) in classes(text).into_iter().enumerate() {
        fs::write(dir.path().join(format!("case_{number}.py")), source).expect("a writable folder");
    }
    let Ok(found) = scan(&Params::new(vec![dir.path().to_path_buf()]), &NoConfigFiles) else { return };
    for strategy in found.strategies.iter().filter(|strategy| strategy.entry.is_some()) {
        follow(strategy, &parameters(&found, strategy));
    }
}

/// The text itself, or the Python of a page.
fn classes(text: &str) -> Vec<&str> {
    let blocks: Vec<&str> = text.split("```python\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    if blocks.is_empty() { vec![text] } else { blocks.into_iter().take(6).collect() }
}

fn parameters(found: &Found, strategy: &Strategy) -> Vec<Parameter> {
    found.parameters.iter().filter(|parameter| parameter.strategy == strategy.name).cloned().collect()
}

fn built(program: &Program) -> Option<(Vm, Box<dyn Executable>)> {
    let text = program.to_string();
    assert_eq!(parse(&text).as_ref(), Ok(program), "its text reads as another program:\n{text}");
    let vm = Vm::new(program).ok()?;
    let compiled = compile(program).ok()?;
    Some((vm, Box::new(compiled)))
}

fn follow(strategy: &Strategy, parameters: &[Parameter]) {
    let at_once = matches!(
        strategy.entry.as_ref().map(|entry| entry.protocol),
        Some(Protocol::Vectorised | Protocol::DataInConstructor)
    );
    if at_once {
        if let Ok(plan) = Plan::new(strategy, parameters, Meaning::default(), &interpreter()) {
            let series = practice(BARS);
            let market = Market::of(&series);
            let once = plan.run(&market, &ParamSet::new(), None, false);
            let again = plan.run(&market, &ParamSet::new(), None, false);
            assert_eq!(format!("{once:?}"), format!("{again:?}"));
        }
        return;
    }
    let mut version = cpython::interpreter().version.split('.').map(|part| part.parse().unwrap_or(0));
    let request = Request {
        strategy,
        parameters,
        meaning: Meaning::default(),
        python: (version.next().unwrap_or(0), version.next().unwrap_or(0)),
        pandas: Some(2),
        varied: &BTreeMap::new(),
    };
    if let Ok(lowered) = lower(&request) {
        agree(&lowered, strategy, parameters);
    }
}

fn agree(lowered: &Lowered, strategy: &Strategy, parameters: &[Parameter]) {
    let program = &lowered.program;
    check(program).unwrap_or_else(|why| panic!("what was lowered does not hold together: {why}\n{program}"));
    let Some((vm, compiled)) = built(program) else { return };
    let Ok(arguments) = Arguments::new(lowered, parameters) else { return };
    let mut words = Vec::new();
    if arguments.words(&ParamSet::new(), &mut words).is_err() {
        return;
    }
    let series = practice(BARS);
    let columns = Columns::of(&series);
    let run = |executable: &dyn Executable| {
        let mut said = Said::default();
        let finish = executable.run(&columns, &words, &mut Memory::default(), BUDGET, &mut said, None);
        (finish, said)
    };
    let told = |(finish, said): &(Finish, Said)| {
        let done = *finish == Finish::Done;
        (*finish, if done { said.targets.iter().map(|target| bits(*target)).collect() } else { Vec::new() })
    };
    let interpreted = run(&vm);
    assert_eq!(told(&interpreted), told(&run(compiled.as_ref())), "{program}");
    let (finish, said) = interpreted;
    cpython::holds(strategy, parameters, &series, finish, said);
}

fn bits(value: f64) -> u64 {
    if value.is_nan() { f64::NAN.to_bits() } else { value.to_bits() }
}

/// One that is never started.
fn interpreter() -> Interpreter {
    let nowhere = PathBuf::from("/nowhere/python3");
    Interpreter {
        path: nowhere.clone(),
        version: "3.11.7".to_owned(),
        implementation: "CPython".to_owned(),
        prefix: PathBuf::from("/nowhere"),
        numpy: Some("2.3.1".to_owned()),
        pandas: Some("2.3.1".to_owned()),
        program: nowhere,
        reads: Vec::new(),
        user_base: None,
        found_by: "nobody".to_owned(),
        host: None,
    }
}
