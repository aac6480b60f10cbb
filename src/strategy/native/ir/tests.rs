use super::{ParseError, check, parse};

const SOUND: &str = r#"
program "Sound"
param "period" I
state "window" Ref
state "average" F
extra "z" F
layout F Ref
site "sound.py" 7 "float division by zero"
observe "average" float s1

init I
b0:
  r0 = call list.new:0 @0
  set s0 r0
  return

step F I F
b0:
  r0 = column c6 @0
  r1 = is.gt r0 r0
  branch r1 b1 b2
b1:
  r2 = const 0.5
  jump b2
b2:
  return r0
"#;

fn refusal(from: &str, to: &str) -> String {
    assert!(SOUND.contains(from));
    check(&parse(&SOUND.replace(from, to)).unwrap()).unwrap_err()
}

#[test]
fn a_sound_program_passes() {
    let program = parse(SOUND).unwrap();
    assert_eq!(check(&program), Ok(()));
    assert_eq!(parse(&program.to_string()), Ok(program));
}

#[test]
fn what_is_not_there_is_refused() {
    assert_eq!(refusal("r2 = const 0.5", "r2 = copy r9"), "step, block b1, instruction 0: there is no register r9");
    assert_eq!(refusal("jump b2", "jump b3"), "step, block b1, end: there is no block b3");
    assert_eq!(refusal("column c6", "column c7"), "step, block b0, instruction 0: there is no column c7");
    assert_eq!(refusal("c6 @0", "c6 @1"), "step, block b0, instruction 0: there is no site @1");
    assert_eq!(refusal("set s0", "set s4"), "init, block b0, instruction 1: there is no slot s4");
    assert_eq!(refusal("list.new:0", "list.new:1"), "init, block b0, instruction 0: there is no layout 1");
    assert_eq!(refusal("r2 = const 0.5", "r2 = param p1"), "step, block b1, instruction 0: there is no p1");
}

#[test]
fn kinds_have_to_fit() {
    assert_eq!(refusal("r2 = const 0.5", "r2 = param p0"), "step, block b1, instruction 0: r2 is not of kind I");
    assert_eq!(refusal("set s0 r0", "set s1 r0"), "init, block b0, instruction 1: slot s1 is not of kind I");
    assert_eq!(
        refusal("observe \"average\" float s1", "observe \"average\" int s1"),
        "observed average: slot s1 is not of kind I"
    );
    assert_eq!(refusal("return r0", "return r1"), "step, block b2, end: r1 is not of kind F");
}

#[test]
fn answers_and_columns_belong_to_bars() {
    assert_eq!(refusal("return r0", "return"), "step, block b2, end: a target is missing");
    assert_eq!(
        refusal("r0 = call list.new:0 @0", "r0 = now"),
        "init, block b0, instruction 0: the constructor sees no bar"
    );
}

#[test]
fn what_is_read_was_written_on_every_way() {
    assert_eq!(refusal("return r0", "return r2"), "step, block b2: r2 is read before it is written");
    let looped = SOUND.replace("jump b2", "jump b0");
    assert_eq!(check(&parse(&looped).unwrap()), Ok(()));
}

#[test]
fn calls_have_their_signature() {
    assert_eq!(
        refusal("r0 = call list.new:0 @0", "r0 = call list.new:0 r0 @0"),
        "init, block b0, instruction 0: ListNew(LayoutId(0)) takes 0 words, not 1"
    );
}

#[test]
fn the_line_that_is_no_part_of_a_program_is_named() {
    let at = |text: &str| {
        let ParseError { line, message } = parse(text).unwrap_err();
        format!("{line}: {message}")
    };
    assert_eq!(
        at("program \"x\"\nparma \"p\" I"),
        "2: neither program, param, state, extra, layout, site, observe, init nor step"
    );
    assert_eq!(at("program \"x"), "1: a quotation mark is missing");
    assert_eq!(at("init\n  return"), "2: a block's label is missing");
    assert_eq!(at("init\nb1:\n  return"), "2: b0 was expected");
    assert_eq!(at("init I\nb0:\n  r0 = const 1.5\n  return"), "3: 1.5 is no value of r0");
    assert_eq!(at("init I\nb0:\n  r0 = call list.nwe @0\n  return"), "3: there is no intrinsic list.nwe");
    assert_eq!(at("init I\nb0:\n  r0 = int.add r0 @0\n  return"), "3: there is no int.add of one register");
    assert_eq!(at("init\nb0:"), "2: the last block has no end");
}
