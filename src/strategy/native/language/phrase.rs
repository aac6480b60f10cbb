//! Random statements; what they may name is followed so that most programs run.

use super::program::Line;
use crate::seed::Seed;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// Local names by type, in force here.
#[derive(Debug, Clone, Default)]
struct Names {
    floats: Vec<String>,
    ints: Vec<String>,
    lists: Vec<String>,
}

pub struct Phrases {
    rng: ChaCha8Rng,
    names: Names,
    made: usize,
    in_helper: bool,
}

const FLOATS: [&str; 11] = ["0.0", "-0.0", "1.0", "0.5", "-2.0", "3.7", "100.0", "1e-300", "1e300", "0.1", "99.5"];
const INTS: [&str; 8] = ["0", "1", "2", "3", "-1", "-4", "7", "10"];
const COMPARE: [&str; 6] = ["<", "<=", ">", ">=", "==", "!="];

impl Phrases {
    pub fn new(seed: Seed) -> Self {
        Self { rng: seed.rng(), names: Names::default(), made: 0, in_helper: false }
    }

    fn below(&mut self, count: usize) -> usize {
        self.rng.random::<u32>() as usize % count.max(1)
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }

    fn name(&mut self, prefix: &str) -> String {
        self.made += 1;
        format!("{prefix}{}", self.made)
    }

    /// Two methods of the class, which the body may call.
    pub fn helpers(&mut self) -> Vec<Line> {
        self.in_helper = true;
        self.names.floats.push("x".to_owned());
        self.names.ints.push("k".to_owned());
        let mut first = Line::new("def h0(self, bar, x, k=2):".to_owned());
        first.below = self.block(2, false);
        let back = self.float(2);
        first.below.push(Line::new(format!("return {back}")));
        self.names = Names::default();
        self.names.lists.push("zs".to_owned());
        let mut second = Line::new("def h1(self, bar, zs):".to_owned());
        second.below = self.block(2, false);
        let (test, a, b) = (self.test(1), self.int(1), self.float(1));
        second.below.push(Line::new(format!("return ({a} if {test} else {}, {b})", self.of(&INTS))));
        self.names = Names::default();
        self.in_helper = false;
        vec![first, second]
    }

    pub fn block(&mut self, depth: usize, looped: bool) -> Vec<Line> {
        let outer = self.names.clone();
        let count = 1 + self.below(if depth == 0 { 7 } else { 3 });
        let mut lines = Vec::new();
        for _ in 0..count {
            self.statement(depth, looped, &mut lines);
        }
        if depth > 0 {
            self.names = outer;
        }
        lines
    }

    fn statement(&mut self, depth: usize, looped: bool, lines: &mut Vec<Line>) {
        let mut say = |text: String| lines.push(Line::new(text));
        match self.below(if depth < 3 { 34 } else { 24 }) {
            0 | 1 => {
                let (name, value) = (self.of(&["f0", "f1"]), self.float(3));
                say(format!("self.{name} = {value}"));
            }
            2 => {
                let (name, value) = (self.of(&["i0", "i1"]), self.int(3));
                say(format!("self.{name} = {value}"));
            }
            3 => {
                let value = self.number(3);
                say(format!("self.m = {value}"));
            }
            4 => {
                let value = if self.below(3) == 0 { "None".to_owned() } else { self.float(2) };
                say(format!("self.o = {value}"));
            }
            5 => {
                let (name, value) = (self.name("a"), self.float(3));
                say(format!("{name} = {value}"));
                self.names.floats.push(name);
            }
            6 => {
                let (name, value) = (self.name("n"), self.int(3));
                say(format!("{name} = {value}"));
                self.names.ints.push(name);
            }
            7 => {
                let (name, value) = (self.name("l"), self.list(2));
                say(format!("{name} = {value}"));
                self.names.lists.push(name);
            }
            8 => {
                let (op, value) = (self.of(&["+=", "-=", "*="]), self.float(2));
                let name = self.float_place();
                say(format!("{name} {op} {value}"));
            }
            9 => {
                let (op, value) = (self.of(&["+=", "-=", "*="]), self.int(2));
                let name = self.int_place();
                say(format!("{name} {op} {value}"));
            }
            10 => {
                let (list, value) = (self.list_place(), self.float(2));
                say(format!("{list}.append({value})"));
            }
            11 => {
                let value = self.int(2);
                say(format!("self.ns.append({value})"));
            }
            12 => {
                let (method, value) = (self.of(&["append", "append"]), self.float(2));
                say(format!("self.q.{method}({value})"));
            }
            13 => {
                let (list, value, at) = (self.list_place(), self.float(2), self.of(&["0", "-1", "len(self.xs) // 2"]));
                say(format!("if len({list}) > len(self.xs) // 2: {list}[{at}] = {value}"));
            }
            14 => {
                let (list, pop) = (self.list_place(), self.of(&["pop()", "pop(0)", "pop(-1)"]));
                let (name, other) = (self.float_place(), self.of(&FLOATS));
                say(format!("{name} = {list}.{pop} if {list} else {other}"));
            }
            15 => {
                let (list, at, value) = (self.list_place(), self.of(&INTS), self.float(1));
                say(format!("{list}.insert({at}, {value})"));
            }
            16 => {
                let (list, how) =
                    (self.list_place(), self.of(&["sort()", "reverse()", "sort(reverse=True)", "clear()"]));
                say(format!("{list}.{how}"));
            }
            17 => {
                let (to, value) = (self.of(&["self.xs", "self.ys"]), self.list(2));
                say(format!("{to} = {value}"));
            }
            18 => {
                let (list, value) = (self.list_place(), self.list(1));
                let op =
                    if self.below(2) == 0 { format!("{list}.extend({value})") } else { format!("{list} += {value}") };
                if list != value {
                    say(op);
                }
            }
            19 => {
                let text = self.text();
                say(format!("self.s = {text}"));
            }
            20 => {
                let (a, b) = (self.number(1), self.float(1));
                say(format!("self.t = ({a}, {b})"));
            }
            21 => {
                let (value, n) = (self.float(2), self.int(2));
                say(format!("self.d[\"x\"], self.d[\"n\"] = {value}, {n}"));
            }
            22 if !self.in_helper => {
                let (n, a, list) = (self.name("n"), self.name("a"), self.list(1));
                say(format!("{n}, {a} = self.h1(bar, {list})"));
                self.names.ints.push(n);
                self.names.floats.push(a);
            }
            22 => say("self.i0 += 1".to_owned()),
            23 if looped => {
                let (test, leave) = (self.test(2), self.of(&["break", "continue"]));
                say(format!("if {test}: {leave}"));
            }
            23 if !self.in_helper => {
                let (test, answer) = (self.test(2), self.answer());
                say(format!("if {test}: return {answer}"));
            }
            23 => say("self.i1 += 2".to_owned()),
            24..=27 => self.condition(depth, looped, lines),
            28..=32 => self.walk(depth, lines),
            _ => self.repeat(depth, lines),
        }
    }

    fn condition(&mut self, depth: usize, looped: bool, lines: &mut Vec<Line>) {
        let test = self.test(3);
        lines.push(Line { text: format!("if {test}:"), below: self.block(depth + 1, looped) });
        if self.below(3) == 0 {
            let test = self.test(2);
            lines.push(Line { text: format!("elif {test}:"), below: self.block(depth + 1, looped) });
        }
        if self.below(2) == 0 {
            lines.push(Line { text: "else:".to_owned(), below: self.block(depth + 1, looped) });
        }
    }

    fn walk(&mut self, depth: usize, lines: &mut Vec<Line>) {
        let outer = self.names.clone();
        let (x, i) = (self.name("x"), self.name("i"));
        let head = match self.below(7) {
            0 => {
                let (start, stop, step) = (self.of(&["0", "1", "-2"]), self.int(1), self.of(&["1", "2", "-1"]));
                self.names.ints.push(i.clone());
                format!("for {i} in range({start}, ({stop}) % 6, {step}):")
            }
            1 => {
                let count = self.int(1);
                self.names.ints.push(i.clone());
                format!("for {i} in range(({count}) % 5):")
            }
            2 => {
                let list = self.list(1);
                self.names.floats.push(x.clone());
                self.names.ints.push(i.clone());
                format!("for {i}, {x} in enumerate({list}):")
            }
            3 => {
                let (list, other, y) = (self.list(1), self.list(1), self.name("y"));
                self.names.floats.extend([x.clone(), y.clone()]);
                format!("for {x}, {y} in zip({list}, {other}):")
            }
            4 => {
                let list = self.list(1);
                self.names.floats.push(x.clone());
                format!("for {x} in reversed({list}):")
            }
            5 => {
                self.names.ints.push(i.clone());
                format!("for {i} in {}:", self.of(&["self.ns[-4:]", "(3, 1, 2)", "[1, 5]", "list(self.ns)"]))
            }
            _ => {
                let list = self.list(1);
                self.names.floats.push(x.clone());
                format!("for {x} in {list}:")
            }
        };
        let mut line = Line { text: head, below: self.block(depth + 1, true) };
        // A list that is walked may grow while it is.
        line.below.insert(0, Line::new("if len(self.xs) + len(self.ys) + len(self.ns) > 90: break".to_owned()));
        lines.push(line);
        self.names = outer;
        if self.below(4) == 0 {
            lines.push(Line { text: "else:".to_owned(), below: self.block(depth + 1, false) });
        }
    }

    fn repeat(&mut self, depth: usize, lines: &mut Vec<Line>) {
        let outer = self.names.clone();
        let n = self.name("w");
        lines.push(Line::new(format!("{n} = 0")));
        let (limit, test) = (1 + self.below(6), self.test(2));
        let mut line = Line { text: format!("while {n} < {limit} and ({test} or {n} < 2):"), below: Vec::new() };
        line.below.push(Line::new(format!("{n} += 1")));
        self.names.ints.push(format!("({n} + 0)"));
        line.below.extend(self.block(depth + 1, true));
        lines.push(line);
        self.names = outer;
    }

    /// A float name or attribute that can be assigned.
    fn float_place(&mut self) -> String {
        let names: Vec<String> = self.names.floats.iter().filter(|name| name.starts_with('a')).cloned().collect();
        match names.get(self.below(names.len() + 2)) {
            Some(name) => name.clone(),
            None => self.of(&["self.f0", "self.f1", "self.d[\"x\"]"]).to_owned(),
        }
    }

    fn int_place(&mut self) -> String {
        let names: Vec<String> = self.names.ints.iter().filter(|name| name.starts_with('n')).cloned().collect();
        match names.get(self.below(names.len() + 2)) {
            Some(name) => name.clone(),
            None => self.of(&["self.i0", "self.i1", "self.d[\"n\"]"]).to_owned(),
        }
    }

    fn list_place(&mut self) -> String {
        let at = self.below(self.names.lists.len() + 2);
        match self.names.lists.get(at) {
            Some(name) => name.clone(),
            None => self.of(&["self.xs", "self.ys"]).to_owned(),
        }
    }

    /// What the class answers.
    pub fn answer(&mut self) -> String {
        match self.below(9) {
            0 => self.test(2),
            1 => self.int(1),
            2 => "None".to_owned(),
            3 => "\"buy\" if bar.close > bar.open else \"sell\"".to_owned(),
            4 => format!("(\"buy\", {})", self.float(1)),
            5 => {
                format!("{{\"action\": \"sell\" if {} else \"buy\", \"confidence\": {}}}", self.test(1), self.number(1))
            }
            6 => self.number(2),
            _ => self.float(2),
        }
    }

    fn text(&mut self) -> String {
        match self.below(4) {
            0 => format!("\"b\" if {} else \"c\"", self.test(1)),
            _ => self.of(&["\"a\"", "\"b\"", "\"c\"", "self.s"]).to_owned(),
        }
    }
}

/// Expressions of at most a depth.
impl Phrases {
    fn float(&mut self, depth: usize) -> String {
        if depth == 0 || self.below(5) == 0 {
            let count = self.names.floats.len();
            return match self.below(4 + count) {
                0 => self.of(&FLOATS).to_owned(),
                1 => format!("bar.{}", self.of(&["close", "open", "high", "low", "volume"])),
                2 => self.of(&["self.f0", "self.f1", "self.scale", "self.d[\"x\"]", "self.t[1]"]).to_owned(),
                3 => "bar.close".to_owned(),
                at => self.names.floats[at - 4].clone(),
            };
        }
        let d = depth - 1;
        match self.below(27) {
            0..=2 => format!("({} {} {})", self.float(d), self.of(&["+", "-", "*"]), self.float(d)),
            3 => format!("({} {} {})", self.float(d), self.of(&["+", "-", "*"]), self.int(d)),
            4 => format!("({} {} {})", self.int(d), self.of(&["+", "-", "*"]), self.float(d)),
            5 => format!("({} / (abs({}) + 0.5))", self.float(d), self.float(d)),
            6 => format!("({} {} (abs({}) + 0.25))", self.float(d), self.of(&["//", "%"]), self.float(d)),
            7 => {
                let below = self.of(&["self.period", "self.scale", "3", "self.i0", "bar.volume"]);
                format!("({} {} {below})", self.float(d), self.of(&["/", "//", "%"]))
            }
            8 => format!("({} / {})", self.int(d), self.of(&["3", "self.period", "7", "-2"])),
            9 => format!("abs({})", self.float(d)),
            10 => format!("{}({}, {})", self.of(&["max", "min"]), self.float(d), self.float(d)),
            11 => format!("({} if {} else {})", self.float(d), self.test(d), self.float(d)),
            12 => format!("-{}", self.float(d)),
            13 => format!("sum({}) * 1.0", self.list(d)),
            14 => {
                let (list, at) = (self.list_place(), self.of(&["0", "-1", "len(self.xs) // 3"]));
                format!("({list}[{at}] if len({list}) > 4 else {})", self.float(d))
            }
            15 => format!("math.sqrt(abs({}))", self.float(d)),
            16 => format!("round({}, {})", self.float(d), self.of(&["1", "2", "0", "-1"])),
            17 => format!("float({})", self.int(d)),
            18 if !self.in_helper => format!("self.h0(bar, {}, {})", self.float(d), self.int(d)),
            18 => self.float(d),
            19 => {
                let (element, list) = (self.inner(d), self.list(d));
                format!("(sum({element} for v in {list}) + 0.0)")
            }
            20 => {
                let (list, f) = (self.list(d), self.of(&["max", "min"]));
                format!("{f}({list}, default={})", self.of(&FLOATS))
            }
            21 => format!("({} if self.o is None else self.o)", self.float(d)),
            22 => format!("({} ** {})", self.float(d), self.of(&["2", "2.0", "3", "1"])).replace("(-", "(0.0 - "),
            23 => {
                let f = self.of(&["sum(self.q)", "max(self.q)", "self.q[0]", "self.q[-1]", "statistics.mean(self.q)"]);
                format!("({f} if len(self.q) > 0 else {})", self.of(&FLOATS))
            }
            24 => {
                let (f, list) =
                    (self.of(&["mean", "stdev", "pstdev", "median", "fmean"]), self.of(&["self.xs", "self.ys"]));
                format!("(statistics.{f}({list}) if len({list}) > 2 and max({list}) < 1e15 else 1.0)")
            }
            25 => format!("(self.m * {})", self.of(&["1.0", "0.5", "bar.close"])),
            _ => format!("math.{}({})", self.of(&["tanh", "atan", "fabs", "sin"]), self.float(d)),
        }
    }

    /// With `v`, an element.
    fn inner(&mut self, depth: usize) -> String {
        self.names.floats.push("v".to_owned());
        let element = self.float(depth);
        self.names.floats.pop();
        element
    }

    fn int(&mut self, depth: usize) -> String {
        if depth == 0 || self.below(5) == 0 {
            let count = self.names.ints.len();
            return match self.below(3 + count) {
                0 => self.of(&INTS).to_owned(),
                1 => self.of(&["self.i0", "self.i1", "self.period", "self.d[\"n\"]"]).to_owned(),
                2 => self.of(&["len(self.xs)", "len(self.ns)", "len(self.q)", "len(self.ys)"]).to_owned(),
                at => self.names.ints[at - 3].clone(),
            };
        }
        let d = depth - 1;
        match self.below(15) {
            0..=2 => format!("({} {} {})", self.int(d), self.of(&["+", "-", "*"]), self.int(d)),
            3 => format!("({} {} {})", self.int(d), self.of(&["//", "%"]), self.of(&["3", "-4", "7", "self.period"])),
            4 => format!("abs({})", self.int(d)),
            5 => format!("{}({}, {})", self.of(&["max", "min"]), self.int(d), self.int(d)),
            6 => format!("({} if {} else {})", self.int(d), self.test(d), self.int(d)),
            7 => format!("int({})", self.float(d)),
            8 => format!("round({})", self.float(d)),
            9 => format!("(({}) + {})", self.test(d), self.int(d)),
            10 => {
                let list = self.list_place();
                self.names.floats.push("v".to_owned());
                let test = self.test(d);
                self.names.floats.pop();
                format!("sum(1 for v in {list} if {test})")
            }
            11 => self.of(&["sum(self.ns)", "max(self.ns, default=0)", "min(self.ns, default=3)"]).to_owned(),
            12 => format!("(self.ns[{}] if len(self.ns) > 2 else 0)", self.of(&["0", "-1", "1", "-2"])),
            13 => format!("{}({})", self.of(&["math.floor", "math.ceil", "int"]), self.float(d)),
            _ => format!("-{}", self.int(d)),
        }
    }

    /// Int or float, as the run will have it.
    fn number(&mut self, depth: usize) -> String {
        let d = depth.saturating_sub(1);
        match self.below(8) {
            0 => self.int(depth),
            1 => self.float(depth),
            2 => format!("({} if {} else {})", self.int(d), self.test(d), self.float(d)),
            3 => format!("{}({}, {})", self.of(&["max", "min"]), self.int(d), self.float(d)),
            4 => format!("(self.m {} {})", self.of(&["+", "-", "*"]), self.of(&["1", "0.5", "self.i0", "self.t[0]"])),
            5 => self.of(&["self.m", "self.t[0]"]).to_owned(),
            6 => format!("abs(self.m - {})", self.int(d)),
            _ => format!("({} or {})", self.float(d), self.int(d)),
        }
    }

    fn test(&mut self, depth: usize) -> String {
        let d = depth.saturating_sub(1);
        if depth == 0 {
            return format!("{} {} {}", self.float(0), self.of(&COMPARE), self.float(0));
        }
        match self.below(16) {
            0 | 1 => format!("{} {} {}", self.float(d), self.of(&COMPARE), self.float(d)),
            2 => format!("{} {} {}", self.int(d), self.of(&COMPARE), self.int(d)),
            3 => format!("{} {} {}", self.float(d), self.of(&COMPARE), self.int(d)),
            4 => format!(
                "{} {} {} {} {}",
                self.float(d),
                self.of(&COMPARE),
                self.float(d),
                self.of(&COMPARE),
                self.int(d)
            ),
            5 => format!("({} and {})", self.test(d), self.test(d)),
            6 => format!("({} or {})", self.test(d), self.test(d)),
            7 => format!("not ({})", self.test(d)),
            8 => format!("self.s {} {}", self.of(&["==", "!="]), self.of(&["\"a\"", "\"b\"", "\"z\""])),
            9 => self.of(&["self.o is None", "self.o is not None", "self.xs", "not self.ys", "bar.volume"]).to_owned(),
            10 => format!("{}(v {} {} for v in self.xs)", self.of(&["any", "all"]), self.of(&COMPARE), self.float(0)),
            11 => format!("{} in ({}, {}, {})", self.int(d), self.of(&INTS), self.of(&INTS), self.int(0)),
            12 => format!("self.m {} {}", self.of(&COMPARE), self.number(d)),
            13 => format!("(self.o is not None and self.o {} {})", self.of(&COMPARE), self.float(d)),
            14 => format!("self.s in ({}, {})", self.of(&["\"a\"", "\"b\""]), self.of(&["\"c\"", "\"z\""])),
            _ => format!("bool({})", self.number(d)),
        }
    }

    /// A list of floats.
    fn list(&mut self, depth: usize) -> String {
        let place = self.list_place();
        let d = depth.saturating_sub(1);
        match self.below(13) {
            0 => format!("{place}[-{}:]", self.of(&["1", "2", "5", "self.period"])),
            1 => format!("{place}[{}:]", self.of(&["0", "1", "-3", "self.i0"])),
            2 => format!("{place}[:{}]", self.of(&["2", "-1", "self.period", "0"])),
            3 => format!("{place}[::{}]", self.of(&["2", "-1", "3"])),
            4 if depth > 0 => format!("[{}, {}]", self.float(d), self.float(d)),
            5 if depth > 0 => {
                let element = self.inner(d);
                format!("[{element} for v in {place}]")
            }
            6 => {
                format!("[v for v in {place} if v {} {}]", self.of(&COMPARE), self.of(&["bar.close", "0.0", "self.f0"]))
            }
            7 => format!("sorted({place})"),
            8 => format!("list({})", self.of(&["self.q", "self.xs", "self.ys"])),
            9 => format!("[b - a for a, b in zip({place}, {place}[1:])]"),
            10 => format!("({place}[-2:] + self.ys[:2])"),
            11 => "[0.0] * self.period".to_owned(),
            _ => place,
        }
    }
}
