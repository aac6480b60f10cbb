//! What an answer means, as the worker's host reads it: a target exposure, or NaN for "as before".

use super::facts::Symbol;
use super::flow::Flow;
use super::ty::{Kinds, Known, Pandas, Ty};
use super::val::{Literal, Val};
use super::{Lower, Pass};
use crate::discovery::code::Lineage;
use crate::strategy::native::ir::{CompareOp, Reg, UnaryOp};
use crate::strategy::{SellMeans, ZeroMeans};

pub(in crate::strategy::native) const LONG: [&str; 10] = [
    "buy",
    "long",
    "enter",
    "enter_long",
    "go_long",
    "open_long",
    "long_entry",
    "entry_long",
    "strong_buy",
    "buy_signal",
];
pub(in crate::strategy::native) const LEAVE: [&str; 14] = [
    "exit",
    "close",
    "exit_long",
    "exit_short",
    "long_exit",
    "short_exit",
    "close_long",
    "close_short",
    "close_position",
    "exit_position",
    "close_all",
    "flat",
    "cover",
    "buy_to_cover",
];
pub(in crate::strategy::native) const SHORT: [&str; 7] =
    ["short", "enter_short", "go_short", "open_short", "short_entry", "entry_short", "sell_short"];
pub(in crate::strategy::native) const HOLD: [&str; 12] = [
    "hold",
    "wait",
    "none",
    "neutral",
    "",
    "no_action",
    "no_signal",
    "no_trade",
    "do_nothing",
    "nothing",
    "stay",
    "skip",
];
pub(in crate::strategy::native) const SELL: [&str; 3] = ["sell", "strong_sell", "sell_signal"];
const ACTIONS: [&str; 16] = [
    "action",
    "signal",
    "signal_type",
    "action_type",
    "trade_signal",
    "type",
    "side",
    "order_side",
    "direction",
    "decision",
    "recommendation",
    "target",
    "target_position",
    "target_exposure",
    "target_weight",
    "position",
];
const CONFIDENCES: [&str; 2] = ["confidence", "strength"];
const DEPTH: usize = 4;

/// The answer of the entry method: (target, confidence).
pub const TARGET: usize = 0;
/// The answer of the method that leaves: a bool.
pub const LEAVES: usize = 1;

const CONFIDENCE: &str = "\u{0}confidence";

impl Pass<'_> {
    pub fn answer_of(&mut self, which: usize, value: &Val) -> Lower<Val> {
        if self.b.current.is_none() {
            return Ok(Val::never());
        }
        if which == LEAVES {
            return self.leaves(value);
        }
        // None for none yet: NaN would not be equal to itself where paths meet.
        self.env.vars.insert(CONFIDENCE.to_owned(), Val::none());
        let target = self.read(value, 0)?;
        let confidence = self.env.vars.remove(CONFIDENCE).unwrap_or_else(Val::never);
        if self.b.current.is_none() {
            return Ok(Val::never());
        }
        let confidence = self.or_nan(&confidence)?;
        Ok(self.tuple(vec![Val::float(target), confidence]))
    }

    fn or_nan(&mut self, value: &Val) -> Lower<Val> {
        if value.is_none() {
            return Ok(Val::literal(Literal::Float(f64::NAN)));
        }
        if value.kinds().is_none_or(|kinds| !kinds.has(Kinds::NONE)) {
            return Ok(value.clone());
        }
        let is = self.is_one_of(value, Kinds::NONE);
        let Some(no) = self.split(is) else { return Ok(Val::never()) };
        let nan = self.nan();
        let mut ends: Vec<_> = self.part().map(|flow| (flow, Val::float(nan))).into_iter().collect();
        self.follow(no);
        let held = self.assume(value, Kinds::FLOAT);
        ends.extend(self.part().map(|flow| (flow, held)));
        self.meet_with(ends)
    }

    fn nan(&mut self) -> Reg {
        self.b.float_const(f64::NAN)
    }

    fn zero(&self) -> f64 {
        if self.request.meaning.zero_means == ZeroMeans::Hold { f64::NAN } else { 0.0 }
    }

    fn read(&mut self, value: &Val, depth: usize) -> Lower<Reg> {
        match &value.ty {
            Ty::Never => Ok(self.nan()),
            Ty::Scalar(kinds) if kinds.single() => self.read_kind(value, *kinds),
            Ty::Scalar(kinds) => {
                let all: Vec<Kinds> = kinds.each().map(|(kind, _)| kind).collect();
                let mut ends: Vec<(Flow, Val)> = Vec::new();
                for (at, &kind) in all.iter().enumerate() {
                    let no = if at + 1 == all.len() {
                        None
                    } else {
                        let is = self.is_one_of(value, kind);
                        self.split(is)
                    };
                    let own = self.assume(value, kind);
                    let target = self.read_kind(&own, kind)?;
                    ends.extend(self.part().map(|flow| (flow, Val::float(target))));
                    match no {
                        Some(no) => self.follow(no),
                        None => break,
                    }
                }
                let met = self.meet_with(ends)?;
                Ok(self.word(&met))
            }
            Ty::Opt(inner) => {
                let present = self.is_present(value);
                let Some(no) = self.split(present) else { return Ok(self.nan()) };
                let held = self.assume_present(value, inner);
                let target = self.read(&held, depth)?;
                let mut ends: Vec<_> = self.part().map(|flow| (flow, Val::float(target))).into_iter().collect();
                self.follow(no);
                let nan = self.nan();
                ends.extend(self.part().map(|flow| (flow, Val::float(nan))));
                let met = self.meet_with(ends)?;
                Ok(self.word(&met))
            }
            _ if depth >= DEPTH => {
                self.bail("an answer nested too deep to read");
                Ok(self.nan())
            }
            Ty::Tuple(items) => {
                let count = items.len();
                let parts = self.tuple_parts(value);
                let Some(first) = parts.first() else { return Ok(self.nan()) };
                if count > 1 {
                    if super::numpy_scalar::is_foreign(&parts[1].ty) {
                        return self.obstacle("an answer", "with a numpy float as its second part");
                    }
                    match parts[1].kinds() {
                        Some(kinds) if kinds.single() && kinds.within(Kinds::INT.union(Kinds::FLOAT)) => {
                            self.confide(&parts[1])?
                        }
                        Some(kinds) if kinds.has(Kinds::INT.union(Kinds::FLOAT)) => {
                            return self.obstacle("an answer", "whose second part is a number only at times");
                        }
                        _ => {}
                    }
                }
                self.read(first, depth + 1)
            }
            Ty::Map(_) | Ty::Object(_) | Ty::Known(Known::Static(_)) => self.fields(value, depth),
            Ty::List(_) => {
                let length = self.length_of(value)?;
                let zero = self.b.int_const(0);
                let any = self.b.compare(CompareOp::Ne, length, zero);
                let Some(no) = self.split(any) else { return Ok(self.nan()) };
                let last = self.item(value, &Val::literal(Literal::Int(-1)))?;
                let target = self.read(&last, depth + 1)?;
                let mut ends: Vec<_> = self.part().map(|flow| (flow, Val::float(target))).into_iter().collect();
                self.follow(no);
                let nan = self.nan();
                ends.extend(self.part().map(|flow| (flow, Val::float(nan))));
                let met = self.meet_with(ends)?;
                Ok(self.word(&met))
            }
            Ty::Pandas(Pandas::Float) => {
                let word = self.word(value);
                self.number(word)
            }
            Ty::Pandas(Pandas::Bool) => {
                let own = Val::bool(self.word(value));
                self.float_of(&own, false)
            }
            _ => self.obstacle("an answer", value.ty.name()),
        }
    }

    fn read_kind(&mut self, value: &Val, kind: Kinds) -> Lower<Reg> {
        match kind {
            Kinds::NONE => Ok(self.nan()),
            Kinds::BOOL | Kinds::INT | Kinds::FLOAT => {
                let word = self.float_of(value, false)?;
                if kind == Kinds::BOOL {
                    return Ok(word);
                }
                self.number(word)
            }
            Kinds::STR => self.read_symbol(value),
            _ => self.obstacle("an answer", "a timestamp"),
        }
    }

    fn number(&mut self, word: Reg) -> Lower<Reg> {
        let site = self.site("a target exposure has to be finite");
        let infinite = self.b.unary(UnaryOp::IsInf, word, site);
        let finite = self.b.unary(UnaryOp::Not, infinite, site);
        self.b.guard(finite, site);
        let nothing = self.b.float_const(0.0);
        let is_zero = self.b.compare(CompareOp::Eq, word, nothing);
        let Some(no) = self.split(is_zero) else { return Ok(word) };
        let zero = self.b.float_const(self.zero());
        let mut ends: Vec<_> = self.part().map(|flow| (flow, Val::float(zero))).into_iter().collect();
        ends.push((no, Val::float(word)));
        let met = self.meet_with(ends)?;
        Ok(self.word(&met))
    }

    /// None where the host would not know it either.
    fn target_of(&self, symbol: &Symbol) -> Option<f64> {
        match symbol {
            Symbol::Text(text) => self.target_of_word(text),
            Symbol::Member { name, value, number, .. } => {
                let number = number.filter(|number| (-1.0..=1.0).contains(number));
                value
                    .as_deref()
                    .and_then(|text| self.target_of_word(text))
                    .or_else(|| self.target_of_word(name))
                    .or_else(|| number.map(|number| if number == 0.0 { self.zero() } else { number }))
            }
            Symbol::Market => None,
        }
    }

    fn target_of_word(&self, text: &str) -> Option<f64> {
        let text: String = text.chars().take(64).collect();
        let text = text.trim().to_lowercase();
        let word = text.rsplit('.').next().unwrap_or("").replace(['-', ' '], "_");
        let is = |words: &[&str]| words.contains(&word.as_str());
        if is(&LONG) {
            Some(1.0)
        } else if is(&LEAVE) {
            Some(0.0)
        } else if is(&SHORT) {
            Some(-1.0)
        } else if is(&HOLD) {
            Some(f64::NAN)
        } else if is(&SELL) {
            Some(if self.request.meaning.sell_means == SellMeans::Short { -1.0 } else { 0.0 })
        } else {
            None
        }
    }

    fn read_symbol(&mut self, value: &Val) -> Lower<Reg> {
        if let Some(Literal::Symbol(id)) = value.literal {
            let target = self.facts.symbols().get(id).and_then(|symbol| self.target_of(symbol));
            return Ok(match target {
                Some(target) => self.b.float_const(target),
                None => {
                    self.bail("an answer that is no known action");
                    self.nan()
                }
            });
        }
        // One of those that earlier passes met; any other is unknown.
        let word = self.word(value);
        let known: Vec<(i64, f64)> = self
            .known
            .symbols()
            .iter()
            .enumerate()
            .filter_map(|(id, symbol)| self.target_of(symbol).map(|target| (id as i64, target)))
            .collect();
        let mut ends = Vec::new();
        for (id, target) in known {
            let is = self.b.equals(word, id);
            let Some(no) = self.split(is) else { break };
            let target = self.b.float_const(target);
            ends.extend(self.part().map(|flow| (flow, Val::float(target))));
            self.follow(no);
        }
        self.bail("an answer that is no known action");
        let met = self.meet_with(ends)?;
        Ok(if met.ty == Ty::Never { self.nan() } else { self.word(&met) })
    }

    /// The first field with a readable action.
    fn fields(&mut self, value: &Val, depth: usize) -> Lower<Reg> {
        let mut unread = false;
        let mut blank = false;
        for name in ACTIONS {
            let Some(field) = self.field(value, name)? else { continue };
            if field.is_none() {
                blank = true;
                continue;
            }
            if let Some(Literal::Symbol(id)) = field.literal
                && self.facts.symbols().get(id).and_then(|symbol| self.target_of(symbol)).is_none()
            {
                unread = true;
                continue;
            }
            if matches!(field.ty, Ty::Known(Known::Text)) {
                return self.obstacle("an answer", format!("whose `{name}` is formatted text"));
            }
            let maybe_none =
                matches!(field.ty, Ty::Opt(_)) || field.kinds().is_some_and(|kinds| kinds.has(Kinds::NONE));
            let later = ACTIONS.iter().skip_while(|other| **other != name).skip(1);
            let mut others = false;
            for other in later {
                others |= self.field(value, other)?.is_some();
            }
            if others
                && (maybe_none || field.kinds().is_some_and(|kinds| kinds.has(Kinds::STR) && field.literal.is_none()))
            {
                // What cannot be read here would be looked for in a later field.
                if maybe_none {
                    return self.obstacle("an answer", format!("whose `{name}` may be None beside another action"));
                }
            }
            return if maybe_none {
                self.read_or_blank(value, &field, depth)
            } else {
                self.confident(value, &field, depth)
            };
        }
        if unread {
            self.bail("an answer that is no known action");
            return Ok(self.nan());
        }
        let empty = matches!(&value.ty, Ty::Map(items) if items.is_empty());
        if !blank && !empty {
            self.bail("an answer without an action");
        }
        Ok(self.nan())
    }

    /// Reads an action, and the confidences beside it.
    fn confident(&mut self, value: &Val, action: &Val, depth: usize) -> Lower<Reg> {
        let target = self.read(action, depth + 1)?;
        for name in CONFIDENCES {
            if let Some(confidence) = self.field(value, name)? {
                self.confide(&confidence)?;
            }
        }
        Ok(target)
    }

    /// An action that is None takes its confidence with it.
    fn read_or_blank(&mut self, value: &Val, action: &Val, depth: usize) -> Lower<Reg> {
        let (blank, held) = match &action.ty {
            Ty::Opt(inner) => {
                let present = self.is_present(action);
                let Some(blank) = self.split(present) else { return Ok(self.nan()) };
                (blank, self.assume_present(action, inner))
            }
            ty => {
                let kinds = ty.kinds().unwrap_or(Kinds::NONE).without(Kinds::NONE);
                let there = self.is_one_of(action, kinds);
                let Some(blank) = self.split(there) else { return Ok(self.nan()) };
                (blank, self.assume(action, kinds))
            }
        };
        let target = self.confident(value, &held, depth)?;
        let mut ends: Vec<_> = self.part().map(|flow| (flow, Val::float(target))).into_iter().collect();
        self.follow(blank);
        let nan = self.nan();
        ends.extend(self.part().map(|flow| (flow, Val::float(nan))));
        let met = self.meet_with(ends)?;
        Ok(self.word(&met))
    }

    fn field(&mut self, value: &Val, name: &str) -> Lower<Option<Val>> {
        match &value.ty {
            Ty::Map(_) => {
                Ok(self.map_parts(value).into_iter().find(|(known, _)| known == name).map(|(_, value)| value))
            }
            Ty::Known(Known::Static(id)) => {
                if self.facts.attributes.contains_key(&(*id, name.to_owned())) {
                    return self.get_attribute(*id, name).map(Some);
                }
                self.field_of_class(value, name)
            }
            Ty::Object(id) => {
                if self.facts.fields(*id).iter().any(|(field, _)| field == name) {
                    return self.attribute(value, name).map(Some);
                }
                self.field_of_class(value, name)
            }
            _ => Ok(None),
        }
    }

    fn field_of_class(&mut self, value: &Val, name: &str) -> Lower<Option<Val>> {
        let Some(class) = self.class_of_value(value) else { return Ok(None) };
        if let Some(method) = Lineage::of(self.repo, class)
            .and_then(|lineage| lineage.method(name).map(|m| m.function.has_decorator("property")))
        {
            return if method { self.attribute(value, name).map(Some) } else { Ok(None) };
        }
        self.class_attribute(class, name)
    }

    fn confide(&mut self, value: &Val) -> Lower<()> {
        if super::numpy_scalar::is_foreign(&value.ty) {
            return self.obstacle("an answer", "with a numpy float as its confidence");
        }
        let Some(kinds) = value.kinds() else { return Ok(()) };
        let numbers = kinds.meet(Kinds::INT.union(Kinds::FLOAT));
        if numbers.is_empty() || self.b.current.is_none() {
            return Ok(());
        }
        let before = self.env.vars.get(CONFIDENCE).cloned();
        if !before.is_some_and(|value| value.is_none()) {
            return self.obstacle("an answer", "with two confidences");
        }
        let is = self.is_one_of(value, numbers);
        let no = if kinds.within(numbers) { None } else { self.split(is) };
        let own = self.assume(value, numbers);
        let word = self.float_of(&own, false)?;
        let mut ends: Vec<(Flow, Val)> = no.map(|no| (no, Val::none())).into_iter().collect();
        // One that is not finite is none, as one that is no number.
        let site = self.site("a confidence");
        let size = self.b.unary(UnaryOp::Abs, word, site);
        let bound = self.b.float_const(1e300);
        let within = self.b.compare(CompareOp::Lt, size, bound);
        let Some(beyond) = self.split(within) else { return Ok(()) };
        ends.extend(self.part().map(|flow| (flow, Val::float(word))));
        ends.push((beyond, Val::none()));
        let met = self.meet_with(ends)?;
        self.env.vars.insert(CONFIDENCE.to_owned(), met);
        Ok(())
    }

    /// Whether the exit asks to leave.
    fn leaves(&mut self, value: &Val) -> Lower<Val> {
        let value = match &value.ty {
            Ty::Tuple(items) if !items.is_empty() => self.tuple_parts(value).swap_remove(0),
            Ty::Map(_) => {
                let parts = self.map_parts(value);
                ["exit", "should_exit", "close", "leave"]
                    .iter()
                    .find_map(|name| parts.iter().find(|(known, _)| known == name))
                    .map_or_else(|| value.clone(), |(_, value)| value.clone())
            }
            _ => value.clone(),
        };
        match &value.ty {
            Ty::Never => Ok(Val::never()),
            Ty::Scalar(kinds) if kinds.within(Kinds::NONE.union(Kinds::NUMBERS)) => {
                if kinds.has(Kinds::FLOAT) {
                    return self.obstacle("an exit's answer", "that is a float");
                }
                let word = self.truth(&value)?;
                Ok(Val::bool(word))
            }
            _ => self.obstacle("an exit's answer", value.ty.name()),
        }
    }
}

#[cfg(test)]
mod words {
    use super::*;

    /// The words of `NAME = (…)` in the host's own text.
    fn host(name: &str) -> Vec<String> {
        let text = include_str!("../../worker/host/answers.py");
        let start = text.find(&format!("\n{name} = (")).unwrap() + 1;
        let list = &text[start..start + text[start..].find(')').unwrap()];
        list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn words_are_the_hosts() {
        for (name, words) in [
            ("LONG", &LONG[..]),
            ("LEAVE", &LEAVE[..]),
            ("SHORT", &SHORT[..]),
            ("HOLD", &HOLD[..]),
            ("SELL", &SELL[..]),
            ("ACTIONS", &ACTIONS[..]),
            ("CONFIDENCES", &CONFIDENCES[..]),
        ] {
            assert_eq!(host(name), words, "{name}");
        }
    }
}
