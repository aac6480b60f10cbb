//! How the method is called bar after bar, as the worker's host calls it.

use super::answer::{LEAVES, TARGET};
use super::attribute::column_named;
use super::facts::Symbol;
use super::flow::Flow;
use super::ty::{FrameId, Kinds, Known, Line, Pandas, Ty, Viewed};
use super::val::{Literal, Val};
use super::{Lower, Pass};
use crate::discovery::code::Lineage;
use crate::strategy::native::ir::{ColumnId, CompareOp, End, Inst, Kind, Slot, UnaryOp, Word};
use crate::strategy::{Argument, BarShape, Protocol, WindowShape};

/// The exposure in force and the close at which it was taken.
struct Held {
    target: Slot,
    side: Slot,
    entry: Slot,
}

impl Pass<'_> {
    pub fn entry(&mut self, object: &Val) -> Lower<()> {
        let strategy = self.request.strategy;
        let Some(entry) = strategy.entry.clone() else {
            return self.obstacle("a class", "it is not known how to call it");
        };
        if entry.prepare.is_some() {
            return self.obstacle("a feature step", entry.prepare.map(|(name, _)| name).unwrap_or_default());
        }
        match entry.protocol {
            Protocol::Window | Protocol::Bar | Protocol::FrameIndex | Protocol::EnterExit => {}
            other => return self.obstacle("a whole-series method", format!("protocol {}", other.name())),
        }
        let tracked = entry.exit.is_some()
            || entry.protocol == Protocol::EnterExit
            || entry.arguments.iter().any(|one| matches!(one, Argument::Position | Argument::EntryPrice));
        let held = tracked.then(|| self.held());
        let enter = entry.protocol == Protocol::EnterExit;
        let exit = entry.exit.clone();
        match (held, exit) {
            (Some(held), Some((method, arguments))) if enter => {
                self.enter_or_leave(object, &entry.method, &entry.arguments, &method, &arguments, &held)
            }
            (Some(held), exit) => self.tracked(object, &entry.method, &entry.arguments, exit.as_ref(), &held),
            (None, _) => {
                let (target, confidence) = self.ask(object, &entry.method, &entry.arguments, None)?;
                self.give(target, confidence)
            }
        }
    }

    fn held(&mut self) -> Held {
        // All zero before the first bar: flat, and no entry.
        Held {
            target: self.new_slot("held.target".to_owned(), Word::F),
            side: self.new_slot("held.side".to_owned(), Word::I),
            entry: self.new_slot("held.entry".to_owned(), Word::F),
        }
    }

    fn give(&mut self, target: Val, confidence: Option<Val>) -> Lower<()> {
        if self.b.current.is_none() {
            return Ok(());
        }
        let target = self.word(&target);
        let confidence = confidence.map(|value| self.word(&value));
        self.b.end(End::Return { target: Some(target), confidence });
        Ok(())
    }

    /// Calls the method and reads its answer: target and confidence.
    fn ask(
        &mut self,
        object: &Val,
        method: &str,
        arguments: &[Argument],
        held: Option<&Held>,
    ) -> Lower<(Val, Option<Val>)> {
        let answer = self.call_entry(object, method, arguments, held, TARGET)?;
        if self.b.current.is_none() || answer.ty == Ty::Never {
            if self.b.current.is_some() {
                self.bail("no answer was ever given");
            }
            return Ok((Val::never(), None));
        }
        let mut parts = self.tuple_parts(&answer).into_iter();
        Ok((parts.next().unwrap_or_else(Val::never), parts.next()))
    }

    fn call_entry(
        &mut self,
        object: &Val,
        method: &str,
        arguments: &[Argument],
        held: Option<&Held>,
        which: usize,
    ) -> Lower<Val> {
        let Some(class) = self.class_of_value(object) else { return self.obstacle("a class", "that is no object") };
        let repo = self.repo;
        let Some((id, name)) = Lineage::of(repo, class)
            .and_then(|lineage| lineage.method(method).map(|found| (found.ancestor.id, found.function.name.clone())))
        else {
            return self.obstacle("a method", format!("`{method}` is not there"));
        };
        let Some(function) = repo.class(id).and_then(|class| class.method(&name)) else {
            return self.obstacle("a method", format!("`{method}` is not there"));
        };
        self.file = id.file;
        self.at = function.name_span.start;
        let mut values = Vec::new();
        for argument in arguments {
            values.push(self.entry_argument(argument, held)?);
        }
        if !function.decorators.is_empty() && !function.is_static() {
            return self.obstacle("a decorator", format!("on `{method}`"));
        }
        self.answering = Some(which);
        let receiver = (!function.is_static()).then(|| object.clone());
        self.inline(id.file, function, receiver, Some(id), &values, &[])
    }

    fn entry_argument(&mut self, argument: &Argument, held: Option<&Held>) -> Lower<Val> {
        match argument {
            Argument::Bar(BarShape::PandasRow) => {
                let (now, zero) = (self.b.now(), self.b.int_const(0));
                Ok(Val::new(Ty::Pandas(Pandas::Row(FrameId::UNCHANGED)), vec![now, zero]))
            }
            Argument::Bar(shape) => {
                let now = self.b.now();
                Ok(Val::new(Ty::Bar(*shape), vec![now]))
            }
            Argument::Field(name) => match column_named(name) {
                Some(column) => {
                    let site = self.site("a bar");
                    let word = self.b.column(column, None, site);
                    Ok(if column == ColumnId::TIMESTAMP {
                        Val::new(Ty::Scalar(Kinds::TIME), vec![word])
                    } else {
                        Val::float(word)
                    })
                }
                None => self.obstacle("an argument", format!("column {name}")),
            },
            Argument::Window(shape) => match shape {
                WindowShape::ListOfCloses => Ok(self.whole_view(Viewed::Column(ColumnId::CLOSE))),
                WindowShape::ListOfAttributes => Ok(self.whole_view(Viewed::Bars(BarShape::Attributes))),
                WindowShape::ListOfDicts => Ok(self.whole_view(Viewed::Bars(BarShape::Dict))),
                WindowShape::DictOfLists => Ok(Val::known(Known::Columns)),
                WindowShape::ArrayOfCloses => Ok(self.whole_pandas(Pandas::Line(Line::array(ColumnId::CLOSE)))),
                WindowShape::Frame => Ok(self.whole_frame()),
                WindowShape::SeriesOfCloses => Ok(self.whole_pandas(Pandas::Line(Line::series(ColumnId::CLOSE)))),
            },
            Argument::ColumnWindow(name) => match column_named(name) {
                Some(column) => Ok(self.whole_view(Viewed::Column(column))),
                None => self.obstacle("an argument", format!("column {name}")),
            },
            Argument::Index => {
                let now = self.b.now();
                Ok(Val::int(now))
            }
            Argument::Symbol => Ok(Val::literal(Literal::Symbol(self.facts.symbol(Symbol::Market)))),
            Argument::Position => match held {
                Some(held) => {
                    let side = self.b.get(held.side, Kind::I);
                    Ok(Val::int(side))
                }
                None => Ok(Val::literal(Literal::Int(0))),
            },
            Argument::EntryPrice => match held {
                Some(held) => {
                    let side = self.b.get(held.side, Kind::I);
                    let zero = self.b.int_const(0);
                    let any = self.b.compare(CompareOp::Ne, side, zero);
                    let Some(no) = self.split(any) else { return Ok(Val::never()) };
                    let price = Val::float(self.b.get(held.entry, Kind::F));
                    let mut ends: Vec<_> = self.part().map(|flow| (flow, price)).into_iter().collect();
                    ends.push((no, Val::none()));
                    self.meet_with(ends)
                }
                None => Ok(Val::none()),
            },
            Argument::FeatureRow | Argument::PreviousFeatureRow | Argument::FeatureFrame => {
                self.obstacle("a feature step", "its rows as arguments")
            }
        }
    }

    /// `held.take(bar, target)`
    fn take(&mut self, held: &Held, target: &Val) -> Lower<()> {
        let word = self.word(target);
        let site = self.site("the exposure held");
        let nan = self.b.unary(UnaryOp::IsNan, word, site);
        let Some(known) = self.split(nan) else { return Ok(()) };
        let silent = self.part();
        self.follow(known);
        let zero = self.b.float_const(0.0);
        let (up, down) = (self.b.compare(CompareOp::Gt, word, zero), self.b.compare(CompareOp::Lt, word, zero));
        let side = self.b.int(crate::strategy::native::ir::IntOp::Sub, up, down, site);
        let before = self.b.get(held.side, Kind::I);
        let other = self.b.compare(CompareOp::Ne, side, before);
        let same = self.split(other);
        let close = self.b.column(ColumnId::CLOSE, None, site);
        self.b.emit(Inst::Set { slot: held.entry, a: close });
        let changed = self.part();
        self.meet(vec![same, changed])?;
        // A target beyond the bounds is held clipped.
        let clipped = self.clip(word)?;
        self.b.emit(Inst::Set { slot: held.target, a: clipped });
        self.b.emit(Inst::Set { slot: held.side, a: side });
        let end = self.part();
        self.meet(vec![silent, end])
    }

    fn clip(&mut self, word: crate::strategy::native::ir::Reg) -> Lower<crate::strategy::native::ir::Reg> {
        let (one, minus) = (self.b.float_const(1.0), self.b.float_const(-1.0));
        let mut ends: Vec<(Flow, Val)> = Vec::new();
        for (op, bound) in [(CompareOp::Gt, one), (CompareOp::Lt, minus)] {
            let beyond = self.b.compare(op, word, bound);
            let Some(no) = self.split(beyond) else { return Ok(word) };
            ends.extend(self.part().map(|flow| (flow, Val::float(bound))));
            self.follow(no);
        }
        ends.extend(self.part().map(|flow| (flow, Val::float(word))));
        let met = self.meet_with(ends)?;
        Ok(self.word(&met))
    }

    fn tracked(
        &mut self,
        object: &Val,
        method: &str,
        arguments: &[Argument],
        exit: Option<&(String, Vec<Argument>)>,
        held: &Held,
    ) -> Lower<()> {
        let leave = match exit {
            Some((name, asks)) => {
                let side = self.b.get(held.side, Kind::I);
                let zero = self.b.int_const(0);
                let any = self.b.compare(CompareOp::Ne, side, zero);
                match self.split(any) {
                    Some(no) => {
                        let leaves = self.call_entry(object, name, asks, Some(held), LEAVES)?;
                        let mut ends: Vec<_> = self.part().map(|flow| (flow, leaves)).into_iter().collect();
                        ends.push((no, Val::literal(Literal::Bool(false))));
                        Some(self.meet_with(ends)?)
                    }
                    None => None,
                }
            }
            None => None,
        };
        let (mut target, confidence) = self.ask(object, method, arguments, Some(held))?;
        if self.b.current.is_none() {
            return Ok(());
        }
        if let Some(leave) = leave.filter(|leave| leave.ty != Ty::Never) {
            // The exit decides unless the method itself asks for something new at this bar.
            let word = self.word(&target);
            let clipped = self.clip(word)?;
            let site = self.site("the exit");
            let nan = self.b.unary(UnaryOp::IsNan, word, site);
            let now = self.b.get(held.target, Kind::F);
            let same = self.b.compare(CompareOp::Eq, clipped, now);
            let old = self.b.int(crate::strategy::native::ir::IntOp::Or, nan, same, site);
            let leave = self.word(&leave);
            let out = self.b.int(crate::strategy::native::ir::IntOp::And, leave, old, site);
            if let Some(no) = self.split(out) {
                let zero = self.b.float_const(0.0);
                let mut ends: Vec<_> = self.part().map(|flow| (flow, Val::float(zero))).into_iter().collect();
                ends.push((no, Val::float(word)));
                target = self.meet_with(ends)?;
            }
        }
        self.take(held, &target)?;
        self.give(target, confidence)
    }

    fn enter_or_leave(
        &mut self,
        object: &Val,
        method: &str,
        arguments: &[Argument],
        exit: &str,
        asks: &[Argument],
        held: &Held,
    ) -> Lower<()> {
        let side = self.b.get(held.side, Kind::I);
        let flat = self.b.equals(side, 0);
        let Some(no) = self.split(flat) else { return Ok(()) };
        let (target, confidence) = self.ask(object, method, arguments, Some(held))?;
        if self.b.current.is_some() {
            // Not entering is no order.
            let word = self.word(&target);
            let zero = self.b.float_const(0.0);
            let nothing = self.b.compare(CompareOp::Eq, word, zero);
            if let Some(other) = self.split(nothing) {
                let nan = self.b.float_const(f64::NAN);
                let mut ends: Vec<_> = self.part().map(|flow| (flow, Val::float(nan))).into_iter().collect();
                ends.push((other, Val::float(word)));
                let target = self.meet_with(ends)?;
                self.take(held, &target)?;
                self.give(target, confidence)?;
            }
        }
        self.follow(no);
        let leaves = self.call_entry(object, exit, asks, Some(held), LEAVES)?;
        if self.b.current.is_none() {
            return Ok(());
        }
        if leaves.ty == Ty::Never {
            self.bail("no answer was ever given");
            return Ok(());
        }
        let word = self.word(&leaves);
        let (zero, nan) = (self.b.float_const(0.0), self.b.float_const(f64::NAN));
        let Some(stay) = self.split(word) else { return Ok(()) };
        let mut ends: Vec<_> = self.part().map(|flow| (flow, Val::float(zero))).into_iter().collect();
        ends.push((stay, Val::float(nan)));
        let target = self.meet_with(ends)?;
        self.take(held, &target)?;
        self.give(target, None)
    }
}
