//! Small changes to cases: bits, bytes, numbers, lines and tokens, and pieces of other cases.

use continuous_backtest::seed::{ChaCha8Rng, Seed};
use rand::{Rng, RngExt};
use std::ops::Range;

/// What readers of numbers, texts and lengths stumble over.
const TOKENS: [&str; 48] = [
    "0",
    "-1",
    "1e308",
    "1e-320",
    "nan",
    "inf",
    "9223372036854775808",
    "-9223372036854775809",
    "0x10",
    "1_000",
    "00",
    "''",
    "\"\"\"",
    "\\",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "\u{feff}",
    "\u{2028}",
    "é",
    "\u{0}",
    "#",
    ":",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "&a ",
    "*a",
    "<<: ",
    "!!str ",
    "|\n",
    "? ",
    "%YAML",
    "---\n",
    "self.",
    "lambda x: ",
    "def f(",
    "class X(",
    "    ",
    "=",
    ",",
    "true",
    "2020-01-01T00:00:00+01:00",
];
const LONGEST: usize = 1 << 16;

pub struct Mutator(ChaCha8Rng);

impl Mutator {
    pub fn new(seed: Seed) -> Self {
        Self(seed.rng())
    }

    /// One of the cases, changed one to eight times.
    pub fn mutated(&mut self, cases: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = cases[self.below(cases.len())].clone();
        for _ in 0..=self.below(8) {
            let other = &cases[self.below(cases.len())];
            self.change(&mut bytes, other);
        }
        bytes.truncate(LONGEST);
        bytes
    }

    fn below(&mut self, end: usize) -> usize {
        self.0.random_range(0..end.max(1))
    }

    /// Short ones are likelier.
    fn range(&mut self, length: usize) -> Range<usize> {
        let start = self.below(length + 1);
        let most = 1 << self.below(10);
        start..(start + self.below(most)).min(length)
    }

    fn change(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let at = self.below(bytes.len() + 1);
        match self.below(10) {
            0 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
            1 if at < bytes.len() => bytes[at] = (self.0.next_u32() & 0xff) as u8,
            2 => drop(bytes.drain(self.range(bytes.len()))),
            3 => {
                let piece = bytes[self.range(bytes.len())].to_vec();
                bytes.splice(at..at, piece);
            }
            4 => {
                let piece = other[self.range(other.len())].to_vec();
                bytes.splice(at..at, piece);
            }
            5 => {
                // The same piece again and again: depth and length.
                let piece = bytes[self.range(bytes.len())].repeat(1 + self.below(200));
                bytes.splice(at..at, piece.into_iter().take(LONGEST));
            }
            6 => {
                let place = self.range(bytes.len());
                bytes.splice(place, TOKENS[self.below(TOKENS.len())].bytes());
            }
            7 => self.number(bytes),
            8 => self.line(bytes, other),
            _ => drop(bytes.splice(at..at, TOKENS[self.below(TOKENS.len())].bytes())),
        }
    }

    /// Another number in a number's place.
    fn number(&mut self, bytes: &mut Vec<u8>) {
        let digits: Vec<usize> = (0..bytes.len()).filter(|&at| bytes[at].is_ascii_digit()).collect();
        let Some(&start) = digits.get(self.below(digits.len())) else { return };
        let end = (start..bytes.len()).find(|&at| !bytes[at].is_ascii_digit()).unwrap_or(bytes.len());
        let token = TOKENS[self.below(11)];
        bytes.splice(start..end, token.bytes());
    }

    /// A line goes, comes twice, or comes from elsewhere.
    fn line(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let lines = |bytes: &[u8]| bytes.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
        let (mut own, others) = (lines(bytes), lines(other));
        if own.is_empty() || others.is_empty() {
            return;
        }
        let (from, to) = (self.below(own.len()), self.below(own.len()));
        match self.below(4) {
            0 => drop(own.remove(from)),
            1 => own.swap(from, to),
            2 => own.insert(to, own[from].clone()),
            _ => own.insert(to, others[self.below(others.len())].clone()),
        }
        *bytes = own.concat();
    }
}
