use super::Vm;
use crate::strategy::native::ir::random::programs;
use crate::strategy::native::ir::specimen::{check_page, evaluate, floats};
use crate::strategy::native::ir::{Program, SiteId, check, parse};
use crate::strategy::native::machine::{Budget, Executable, Finish, Memory, Said};
use crate::strategy::native::rehearsal::{AVERAGE, Heard, Watched, heard, of_closes, quarters};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::io::Write;
use std::process::{Command, Stdio};

fn run(text: &str, closes: &[f64], params: &[u64], budget: Budget) -> (Finish, Said) {
    let program = parse(text).unwrap();
    assert_eq!(parse(&program.to_string()).unwrap(), program);
    let vm = Vm::new(&program).unwrap();
    let mut said = Said::default();
    let mut memory = Memory::default();
    let finish = vm.run(&of_closes(closes), params, &mut memory, budget, &mut said, None);
    (finish, said)
}

#[test]
fn a_window_slides() {
    let closes: Vec<f64> = (0..1_000).map(f64::from).collect();
    let (finish, said) = run(AVERAGE, &closes, &[4], Budget::default());
    assert_eq!(finish, Finish::Done);
    assert_eq!(said.targets[..5], [0.0, 0.5, 1.0, 1.5, 2.5]);
    assert_eq!(said.targets[999], 997.5);
}

#[test]
fn a_bail_says_where_and_when() {
    let text = AVERAGE
        .replace("  r2 = column c4 @0", "  r5 = const 3.0\n  r2 = column c4 @0\n  r8 = is.ne r2 r5\n  guard r8 @0");
    let (finish, said) = run(&text, &[1.0, 2.0, 3.0, 4.0], &[2], Budget::default());
    assert_eq!(finish, Finish::Bail { bar: Some(2), site: SiteId(0) });
    assert_eq!(said.targets, [1.0, 1.5]);
    let (finish, _) = run(AVERAGE, &[1.0], &[-1_i64 as u64], Budget::default());
    assert_eq!(finish, Finish::Bail { bar: None, site: SiteId(0) });
}

/// Each bar's rounds count anew; the window of three is full at bar 2.
#[test]
fn rounds_are_limited_per_bar() {
    let budget = |rounds| Budget { rounds, ..Budget::default() };
    assert_eq!(run(AVERAGE, &[1.0; 9], &[3], budget(3)).0, Finish::Done);
    assert_eq!(run(AVERAGE, &[1.0; 9], &[3], budget(2)).0, Finish::Fuel { bar: Some(2) });
}

#[test]
fn words_are_limited() {
    let budget = Budget { words: 1_000, ..Budget::default() };
    assert_eq!(run(AVERAGE, &[1.0; 5_000], &[100], budget).0, Finish::Done);
    let endless = AVERAGE.replace("call deque.new:0 r0 @0", "call list.new:0 @0");
    assert!(matches!(run(&endless, &[1.0; 5_000], &[100], budget).0, Finish::Memory { bar: Some(500..2_000) }));
}

#[test]
fn confidences_are_summed() {
    let text = AVERAGE.replace("return r5 r7", "r2 = const 0.25\n  return r5 r2");
    let (_, said) = run(&text, &[1.0; 8], &[3], Budget::default());
    assert_eq!((said.confidence_sum, said.confident), (2.0, 8));
}

/// The last bars' sum, element by element as a loop over a list is lowered, into a register that is copied back.
const BY_INDEX: &str = r#"
program "ByIndex"
param "period" I
state "window" Ref
layout F
site "by_index.py" 4 "never"

init I I
b0:
  r0 = param p0
  r1 = call deque.new:0 r0 @0
  set s0 r1
  return

step I I F F F I I I I I F F F F I
b0:
  r0 = get s0
  r1 = call list.push r0 @0
  r2 = column c4 @0
  store r1 +0 r2
  r3 = const 0.0
  r4 = copy r3
  r5 = const 0
  r6 = copy r5
  r11 = const 2.0
  r14 = const 1
  jump b1
b1:
  r7 = call list.length r0 @0
  r8 = is.lt r6 r7
  branch r8 b2 b3
b2:
  r9 = call list.at r0 r6 @0
  r10 = load r9 +0
  r12 = float.pow r10 r11 @0
  r13 = float.add r4 r12 @0
  r4 = copy r13
  r6 = int.add_wrapping r6 r14 @0
  jump b1
b3:
  return r4
"#;

#[test]
fn what_is_fused_answers_the_same() {
    let closes: Vec<f64> = (0..40).map(f64::from).collect();
    let (finish, said) = run(BY_INDEX, &closes, &[3], Budget::default());
    assert_eq!(finish, Finish::Done);
    assert_eq!(said.targets[..4], [0.0, 1.0, 5.0, 14.0]);
    let program = parse(BY_INDEX).unwrap();
    let insts: usize = program.step.blocks.iter().map(|block| block.insts.len() + 1).sum();
    let ops = Vm::new(&program).unwrap().step.ops;
    assert!(ops.len() + 4 <= insts, "{insts} instructions, {ops:?}");
    for fused in ["Walk", "Item", "UnlessBelow", "Square"] {
        assert!(ops.iter().any(|op| format!("{op:?}").starts_with(fused)), "{fused}: {ops:?}");
    }
}

/// One step of a bar: the window grows by the close, then `round` runs for each of its elements, with the element in
/// r10, the average so far in r15, two in r11, and two sums in r4 and r5.
fn by_element(round: &str, answer: &str) -> String {
    let head = BY_INDEX[..BY_INDEX.find("  r12 = float.pow").unwrap()]
        .replace("step I I F F F I I I I I F F F F I", "step I I F F F F I I I I F F F F I F I")
        .replace(
            "  r5 = const 0\n  r6 = copy r5\n",
            "  r16 = const 0\n  r6 = copy r16\n  r5 = copy r3\n  r12 = copy r3\n  r15 = copy r2\n",
        );
    format!("{head}{round}\n  r6 = int.add_wrapping r6 r14 @0\n  jump b1\nb3:\n  {answer}\n")
}

/// The same round with an instruction that only the ordinary ops know is the program to agree with.
#[test]
fn walks_answer_what_rounds_answer() {
    let add = "  r4 = float.add r4 r10 @0";
    let both = "  r12 = float.sub r10 r15 @0\n  r12 = float.mul r12 r10 @0\n  r5 = float.add r5 r12 @0\n";
    let rounds = [
        add.to_owned(),
        format!("{both}{add}"),
        format!("  r13 = float.add r4 r10 @0\n  r4 = copy r13\n{both}"),
        format!("  r12 = sqrt r10 @0\n  r12 = neg r12 @0\n  r13 = float.add r4 r12 @0\n{both}  r4 = copy r13"),
        format!("  r12 = float.div r11 r10 @0\n  r13 = copy r12\n{add}"),
        "  r12 = float.div r10 r15 @0\n  r4 = float.add r4 r11 @0\n  r5 = float.add r5 r12 @0".to_owned(),
        "  r13 = float.add r4 r10 @0\n  r12 = copy r13".to_owned(),
        format!("  r13 = float.mul r10 r11 @0\n  r12 = copy r13\n  r12 = float.sub r12 r15 @0\n{add}"),
        "  r13 = float.pow r11 r11 @0\n  r12 = float.mod r10 r13 @0\n  r4 = float.add r4 r12 @0".to_owned(),
    ];
    let answer = "r4 = float.mul r4 r11 @0\n  r4 = float.add r4 r5 @0\n  r4 = float.add r4 r12 @0\n  return r4";
    let mut bailed = 0;
    for round in rounds {
        let text = by_element(&round, answer);
        let plain = by_element(&format!("{round}\n  r9 = now"), answer);
        let walks = |text: &str| Vm::new(&parse(text).unwrap()).unwrap().step.walks.len();
        assert_eq!((walks(&text), walks(&plain)), (1, 0), "{text}");
        for (zero, rounds, window) in [(99, 1_000, 70), (99, 1_000, 32), (60, 1_000, 40), (99, 33, 50), (0, 9, 3)] {
            let close = |bar: usize| if bar == zero { 0.0 } else { 1.0 + (bar as f64 * 0.7).sin().abs() };
            let closes: Vec<f64> = (0..90).map(close).collect();
            let budget = Budget { rounds, ..Budget::default() };
            let (walked, run) = (run(&text, &closes, &[window], budget), run(&plain, &closes, &[window], budget));
            assert_eq!(walked, run, "{text}");
            bailed += usize::from(walked.0 != Finish::Done);
        }
    }
    assert!((8..24).contains(&bailed), "{bailed}");
}

/// What a round before left, a running total and other lists are not walked.
#[test]
fn rounds_that_depend_on_each_other_are_run_one_by_one() {
    for round in [
        "  r12 = float.mul r4 r10 @0\n  r4 = float.add r4 r12 @0",
        "  r4 = float.mul r4 r10 @0",
        "  r4 = float.add r10 r4 @0",
        "  r13 = float.add r4 r10 @0\n  r4 = copy r13\n  r12 = copy r4",
        "  r12 = float.sub r10 r15 @0\n  r15 = copy r10\n  r4 = float.add r4 r12 @0",
        "  r4 = float.add r4 r10 @0\n  r4 = float.add r4 r10 @0",
        "  r4 = float.add r4 r10 @0\n  set s0 r0",
    ] {
        let program = parse(&by_element(round, "return r4")).unwrap();
        assert_eq!(Vm::new(&program).unwrap().step.walks, [], "{round}");
    }
}

/// `r1` is read after the value that goes into it was made.
#[test]
fn a_copy_whose_target_is_in_use_stays() {
    let text = "site \"x.py\" 1 \"x\"\ninit\nb0:\n  return\nstep F F F F F\nb0:\n  r1 = const 5.0\n  \
                r0 = column c4 @0\n  r2 = float.add r0 r0 @0\n  r3 = float.add r1 r0 @0\n  r1 = copy r2\n  \
                r4 = float.add r3 r1 @0\n  return r4\n";
    assert_eq!(run(text, &[1.0, 2.0], &[], Budget::default()).1.targets, [8.0, 11.0]);
}

/// Only bars up to now can be read.
#[test]
fn no_column_is_read_ahead() {
    let read = |index: &str| {
        let text = format!(
            "site \"x.py\" 1 \"x\"\ninit\nb0:\n  return\nstep I I F\nb0:\n  r0 = now\n  r1 = const {index}\n  \
             r0 = int.add r0 r1 @0\n  r2 = column c4 r0 @0\n  return r2\n"
        );
        run(&text, &[5.0, 6.0, 7.0], &[], Budget::default())
    };
    assert_eq!(read("0").1.targets, [5.0, 6.0, 7.0]);
    assert_eq!(read("1").0, Finish::Bail { bar: Some(0), site: SiteId(0) });
    assert_eq!(read("-1").0, Finish::Bail { bar: Some(0), site: SiteId(0) });
}

/// Lists of objects that refer to objects stay what they are, while what nothing refers to goes.
#[test]
fn what_the_state_reaches_is_kept() {
    let text = r#"
state "nodes" Ref
layout Ref
layout F Ref
site "x.py" 1 "x"
init I
b0:
  r0 = call list.new:0 @0
  set s0 r0
  return
step I I I I F I I
b0:
  r0 = get s0
  r1 = call object.new:1 @0
  r4 = column c4 @0
  store r1 +0 r4
  r2 = call list.length r0 @0
  branch r2 b1 b2
b1:
  r3 = const -1
  r3 = call list.at r0 r3 @0
  r3 = load r3 +0
  store r1 +1 r3
  jump b2
b2:
  r2 = call list.push r0 @0
  store r2 +0 r1
  r2 = call list.length r0 @0
  r3 = const 5
  r2 = is.gt r2 r3
  branch r2 b3 b4
b3:
  r2 = call list.pop_front r0 @0
  r2 = load r2 +0
  r3 = const 1
  r5 = call list.at r0 r3 @0
  r5 = load r5 +0
  r3 = const 0
  store r5 +1 r3
  jump b4
b4:
  r3 = const 0
  r5 = call list.at r0 r3 @0
  r5 = load r5 +0
  r4 = load r5 +0
  return r4
"#;
    let closes: Vec<f64> = (0..2_000).map(f64::from).collect();
    let budget = Budget { words: 120, ..Budget::default() };
    let (finish, said) = run(text, &closes, &[], budget);
    assert_eq!(finish, Finish::Done);
    assert_eq!(said.targets[..7], [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0]);
    assert_eq!(said.targets[1_999], 1_995.0);
}

fn run_once(program: &Program, memory: &mut Memory, budget: Budget) -> Heard {
    let (vm, params) = (Vm::new(program).unwrap(), [0.75_f64.to_bits(), 3]);
    heard((program, &vm), &quarters(60), &params, memory, budget, Watched::Yes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn random_programs_hold_together_and_print(program in programs()) {
        prop_assert_eq!(check(&program), Ok(()));
        prop_assert_eq!(parse(&program.to_string()), Ok(program));
    }

    /// What a run left behind, and how often memory was collected, changes nothing.
    #[test]
    fn memory_does_not_show(program in programs()) {
        let budget = Budget { words: 1 << 14, ..Budget::default() };
        let ample = run_once(&program, &mut Memory::default(), budget);
        let mut used = Memory::default();
        run_once(&program, &mut used, budget);
        prop_assert_eq!(&run_once(&program, &mut used, budget), &ample);
        let scarce = run_once(&program, &mut used, Budget { words: 300, ..Budget::default() });
        if !matches!(scarce.finish, Finish::Memory { .. }) {
            prop_assert_eq!(scarce, ample);
        }
    }
}

fn interpreted(program: &Program) -> Box<dyn Executable> {
    Box::new(Vm::new(program).unwrap())
}

#[test]
fn instructions_do_what_the_page_says() {
    check_page(include_str!("../../../../tests/language/ir/instructions.md"), &interpreted);
}

#[test]
fn lists_do_what_the_page_says() {
    check_page(include_str!("../../../../tests/language/ir/lists.md"), &interpreted);
}

/// Chains of calls that Python's own list or deque has.
fn chains() -> impl Strategy<Value = String> {
    use proptest::sample::select;
    let number = || (-9..90_i32).prop_map(|x| f64::from(x) / 8.0);
    let index = || -6..7_i64;
    let bound = || prop_oneof![1 => Just("_".to_owned()), 3 => index().prop_map(|index| index.to_string())];
    let elements = move || proptest::collection::vec(number(), 0..6);
    let both = move || {
        prop_oneof![
            4 => number().prop_map(|x| format!("push {x:?}")),
            3 => number().prop_map(|x| format!("push_front {x:?}")),
            3 => (index(), number()).prop_map(|(index, x)| format!("insert {index} {x:?}")),
            1 => index().prop_map(|index| format!("pop_at {index}")),
            1 => index().prop_map(|index| format!("at {index}")),
            1 => (-1..3_i64).prop_map(|times| format!("repeat {times}")),
            2 => elements().prop_map(|elements| format!("extend list {elements:?}")),
            6 => select(&["pop", "pop_front", "length", "reverse", "double", "min", "max", "fsum", "fmean",
                "statistics.mean", "statistics.stdev", "statistics.pvariance", "statistics.median"][..])
                .prop_map(str::to_owned),
        ]
    };
    let listed = move || {
        prop_oneof![
            any::<bool>().prop_map(|reverse| format!("sort {}", u8::from(reverse))),
            (bound(), bound()).prop_map(|(start, stop)| format!("delete_range {start} {stop}")),
            (bound(), bound()).prop_map(|(start, stop)| format!("slice {start} {stop}")),
            (bound(), bound()).prop_map(|(start, stop)| format!("view {start} {stop}")),
            (bound(), bound(), -3..4_i64).prop_map(|(start, stop, step)| format!("slice_step {start} {stop} {step}")),
            elements().prop_map(|elements| format!("concat list {elements:?}")),
        ]
    };
    let steps = |step: BoxedStrategy<String>| proptest::collection::vec(step, 0..10);
    let list = (elements(), steps(prop_oneof![2 => both(), 1 => listed()].boxed()))
        .prop_map(|(elements, steps)| (format!("list {elements:?}"), steps));
    let deque = (1..6_usize, elements(), steps(both().boxed()))
        .prop_map(|(maxlen, elements, steps)| (format!("deque:{maxlen} {elements:?}"), steps));
    prop_oneof![list, deque]
        .prop_map(|(start, steps)| std::iter::once(start).chain(steps).collect::<Vec<_>>().join(" | "))
}

#[test]
fn lists_and_deques_are_pythons() {
    let mut runner = TestRunner::deterministic();
    let strategy = chains();
    let lines: Vec<String> = (0..20_000).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect();
    let answers = ask("python3", include_str!("../ir/specimen.py"), &lines);
    let mut bailed = 0;
    for (line, answer) in lines.iter().zip(&answers) {
        // Longer lists cannot be read out.
        let expected = (answer != "-").then(|| floats(answer)).filter(|floats| floats.len() < 90);
        if expected.is_none() && answer != "-" {
            continue;
        }
        assert_eq!(evaluate(line, &interpreted), expected, "{line}");
        bailed += usize::from(expected.is_none());
    }
    assert_eq!(answers.len(), lines.len());
    assert!(bailed < lines.len() / 2, "{bailed}");
}

fn ask(python: &str, script: &str, lines: &[String]) -> Vec<String> {
    let mut child =
        Command::new(python).args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let text = lines.join("\n") + "\n";
    let writer = std::thread::spawn(move || stdin.write_all(text.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}
