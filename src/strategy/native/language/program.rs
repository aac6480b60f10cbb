//! One random class: statements as lines with what is indented below them.

use super::phrase::Phrases;
use crate::seed::Seed;

#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub text: String,
    pub below: Vec<Line>,
}

impl Line {
    pub fn new(text: String) -> Self {
        Self { text, below: Vec::new() }
    }

    fn write(&self, depth: usize, out: &mut String) {
        out.push_str(&"    ".repeat(depth));
        out.push_str(&self.text);
        out.push('\n');
        if self.below.is_empty() && self.text.ends_with(':') {
            out.push_str(&"    ".repeat(depth + 1));
            out.push_str("pass\n");
        }
        for line in &self.below {
            line.write(depth + 1, out);
        }
    }

    fn count(lines: &[Self]) -> usize {
        lines.iter().map(|line| 1 + Self::count(&line.below)).sum()
    }

    /// Takes out the line of this number, counted from the top; what is left of the number.
    fn take_out(lines: &mut Vec<Self>, mut at: usize) -> Result<(), usize> {
        for index in 0..lines.len() {
            if at == 0 {
                lines.remove(index);
                // An `else` needs what it belongs to.
                while lines.get(index).is_some_and(|line| line.text.starts_with("el")) {
                    lines.remove(index);
                }
                return Ok(());
            }
            match Self::take_out(&mut lines[index].below, at - 1) {
                Ok(()) => return Ok(()),
                Err(left) => at = left,
            }
        }
        Err(at)
    }
}

#[derive(Debug, Clone)]
pub struct Program {
    helpers: Vec<Line>,
    body: Vec<Line>,
}

const HEAD: &str = "\
import math
import statistics
from collections import deque


class CaseStrategy:
    def __init__(self, period=3, scale=1.5):
        self.period = period
        self.scale = scale
        self.f0 = 0.0
        self.f1 = 1.0
        self.i0 = 0
        self.i1 = 1
        self.m = 0
        self.o = None
        self.s = \"a\"
        self.t = (0, 0.0)
        self.d = {\"x\": 0.0, \"n\": 0}
        self.xs = []
        self.ys = [1.0]
        self.ns = [1, 2]
        self.q = deque(maxlen=4)
";

const LIMITS: &str = "
    def on_bar(self, bar):
        self.i0 %= 1000
        self.i1 %= 1000
        self.d[\"n\"] %= 1000
        self.m = 0 if abs(self.m) > 1e6 else self.m
        self.t = (0, self.t[1]) if abs(self.t[0]) > 1000 else self.t
        self.xs.append(bar.close)
        if len(self.xs) > 12:
            self.xs = self.xs[-6:]
        if len(self.ys) > 12:
            del self.ys[:7]
        if len(self.ns) > 12:
            self.ns = [n % 100 for n in self.ns[-5:]]
";

impl Program {
    pub fn new(seed: Seed) -> Self {
        let mut phrases = Phrases::new(seed);
        let helpers = phrases.helpers();
        let mut body = phrases.block(0, false);
        body.push(Line::new(format!("return {}", phrases.answer())));
        Self { helpers, body }
    }

    pub fn text(&self) -> String {
        let mut text = HEAD.to_owned();
        for helper in &self.helpers {
            text.push('\n');
            helper.write(1, &mut text);
        }
        text.push_str(LIMITS);
        for line in &self.body {
            line.write(2, &mut text);
        }
        text
    }

    /// How many lines can be left out.
    pub fn statements(&self) -> usize {
        Line::count(&self.body)
    }

    pub fn without(&self, at: usize) -> Self {
        let mut smaller = self.clone();
        // Beyond the end nothing is left out.
        let _ = Line::take_out(&mut smaller.body, at);
        smaller
    }
}
