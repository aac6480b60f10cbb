//! What can be looped over, and comprehensions.

use super::flow::Flow;
use super::ty::{Kinds, Known, Labels, ListId, Pandas, Ty, Viewed};
use super::val::Val;
use super::{Lower, Pass};
use crate::discovery::code::{Comprehension, Expr};
use crate::strategy::native::ir::{CompareOp, IntOp, Intrinsic, Reg};

/// A source of elements, each found by its number.
#[derive(Debug, Clone)]
pub enum Source {
    /// A list in memory; its length is asked again every round, as Python does.
    List(Val),
    /// A view: first bar and count.
    View(Val),
    /// A numpy array or a series.
    Line(Val),
    Range {
        start: Reg,
        step: Reg,
        count: Reg,
    },
    Enumerate {
        start: Reg,
        inner: Box<Source>,
    },
    Zip(Vec<Source>),
    Reversed(Box<Source>),
    /// Unrolled: the elements may be of different types.
    Items(Vec<Val>),
    /// Nothing ever comes out of it.
    Never,
}

type Each<'f, 'a> = &'f mut dyn FnMut(&mut Pass<'a>, Val) -> Lower<()>;

impl<'a> Pass<'a> {
    pub fn iterable(&mut self, iter: &Expr) -> Lower<Source> {
        if let Some(call) = iter.call() {
            let name = call.function.name().filter(|name| !self.env.vars.contains_key(*name)).map(str::to_owned);
            match (name.as_deref(), call.positional.as_slice()) {
                (Some("range"), args) if call.keywords.is_empty() => return self.range(args),
                (Some("enumerate"), [inner, rest @ ..]) => {
                    let inner = self.iterable(inner)?;
                    let start = match (rest.first(), call.keyword("start")) {
                        (Some(start), _) | (None, Some(start)) => {
                            let start = self.expr(start)?;
                            self.index_of(&start, "an integer start was expected")?
                        }
                        (None, None) => self.b.int_const(0),
                    };
                    return Ok(Source::Enumerate { start, inner: Box::new(inner) });
                }
                (Some("zip"), parts) if call.keywords.is_empty() => {
                    let parts = parts.iter().map(|part| self.iterable(part)).collect::<Lower<Vec<_>>>()?;
                    return Ok(Source::Zip(parts));
                }
                (Some("reversed"), [inner]) => {
                    let inner = self.iterable(inner)?;
                    return Ok(Source::Reversed(Box::new(inner)));
                }
                _ => {}
            }
            if let crate::discovery::code::ExprKind::Attribute(object, method) = &call.function.kind
                && matches!(method.as_str(), "items" | "keys" | "values")
                && call.positional.is_empty()
            {
                let object = self.expr(object)?;
                let entries = self.entries_of(&object)?;
                let mut items = Vec::new();
                for (key, value) in entries {
                    let key = self.symbol(&key);
                    items.push(match method.as_str() {
                        "items" => self.tuple(vec![key, value]),
                        "keys" => key,
                        _ => value,
                    });
                }
                return Ok(Source::Items(items));
            }
        }
        let value = self.expr(iter)?;
        self.source_of(&value)
    }

    pub fn source_of(&mut self, value: &Val) -> Lower<Source> {
        match &value.ty {
            Ty::Never => Ok(Source::Never),
            Ty::List(_) => Ok(Source::List(value.clone())),
            Ty::View(_) => Ok(Source::View(value.clone())),
            Ty::Pandas(Pandas::Line(line)) => match line.labels {
                Labels::None => Ok(Source::Line(value.clone())),
                // A series hands out Python's own floats.
                _ => self.obstacle("a loop", "over a series"),
            },
            Ty::Tuple(_) => Ok(Source::Items(self.tuple_parts(value))),
            Ty::Opt(_) => {
                let held = self.present(value, "'NoneType' object is not iterable");
                self.source_of(&held)
            }
            Ty::Map(_) | Ty::Known(Known::Static(_)) => {
                let entries = self.entries_of(value)?;
                let keys = entries.iter().map(|(key, _)| self.symbol(key)).collect();
                Ok(Source::Items(keys))
            }
            _ => self.obstacle("a loop", format!("over {}", value.ty.name())),
        }
    }

    fn range(&mut self, args: &[Expr]) -> Lower<Source> {
        let values = self.exprs(args)?;
        let why = "an integer was expected in range()";
        let words = values.iter().map(|value| self.index_of(value, why)).collect::<Lower<Vec<Reg>>>()?;
        let (start, stop, step) = match (words.as_slice(), values.get(2).map(Val::int_literal)) {
            (&[stop], _) => (self.b.int_const(0), stop, 1),
            (&[start, stop], _) => (start, stop, 1),
            (&[start, stop, _], Some(Some(step))) if step != 0 => (start, stop, step),
            _ => return self.obstacle("range()", "with a step that is not a literal"),
        };
        // ceil((stop - start) / step), not below zero.
        let site = self.site("an integer over 64 bits");
        let distance = self.b.int(IntOp::Sub, stop, start, site);
        let step_word = self.b.int_const(step);
        let rounding = self.b.int_const(if step > 0 { step - 1 } else { step + 1 });
        let raised = self.b.int(IntOp::Add, distance, rounding, site);
        let count = self.b.int(IntOp::FloorDiv, raised, step_word, site);
        Ok(Source::Range { start, step: step_word, count })
    }

    /// How many elements there are now; None where it is not one number.
    pub fn count_of(&mut self, source: &Source) -> Lower<Reg> {
        match source {
            Source::List(list) => self.length_of(list),
            Source::View(view) => Ok(view.regs[1]),
            Source::Line(line) => Ok(Self::span(line).1),
            Source::Range { count, .. } => Ok(*count),
            Source::Enumerate { inner, .. } | Source::Reversed(inner) => self.count_of(inner),
            Source::Items(items) => Ok(self.b.int_const(items.len() as i64)),
            Source::Never => Ok(self.b.int_const(0)),
            Source::Zip(parts) => {
                let counts = parts.iter().map(|part| self.count_of(part)).collect::<Lower<Vec<Reg>>>()?;
                let mut counts = counts.into_iter();
                let Some(mut least) = counts.next() else { return Ok(self.b.int_const(0)) };
                for count in counts {
                    least = self.least(least, count)?;
                }
                Ok(least)
            }
        }
    }

    pub fn least(&mut self, a: Reg, b: Reg) -> Lower<Reg> {
        let less = self.b.compare(CompareOp::Lt, a, b);
        let Some(no) = self.split(less) else { return Ok(a) };
        let mut ends: Vec<(Flow, Val)> = self.part().map(|flow| (flow, Val::int(a))).into_iter().collect();
        ends.push((no, Val::int(b)));
        let met = self.meet_with(ends)?;
        Ok(self.word(&met))
    }

    fn element_at(&mut self, source: &Source, at: Reg) -> Lower<Val> {
        let site = self.site("an element that is not there");
        match source {
            Source::List(list) => {
                let Ty::List(id) = list.ty else { return Ok(Val::never()) };
                let ty = self.known.element(id);
                if let Ty::Conflict(why) = ty {
                    return self.obstacle("a list of several types", why);
                }
                let word = self.word(list);
                let address = self.b.call1(Intrinsic::ListAt, &[word, at], site);
                Ok(self.load_value(&ty, address))
            }
            Source::View(view) => {
                let index = self.b.int(IntOp::AddWrapping, view.regs[0], at, site);
                Ok(self.viewed(view, index))
            }
            Source::Line(line) => Ok(self.number_of_line(line, at)),
            Source::Range { start, step, .. } => {
                let offset = self.b.int(IntOp::Mul, at, *step, site);
                Ok(Val::int(self.b.int(IntOp::Add, *start, offset, site)))
            }
            Source::Enumerate { start, inner } => {
                let number = Val::int(self.b.int(IntOp::Add, *start, at, site));
                let element = self.element_at(inner, at)?;
                Ok(self.tuple(vec![number, element]))
            }
            Source::Reversed(inner) => {
                if matches!(**inner, Source::Enumerate { .. } | Source::Zip(_)) {
                    return self.obstacle("reversed()", "of enumerate or zip");
                }
                let count = self.count_of(inner)?;
                let last = self.b.int(IntOp::Sub, count, at, site);
                let one = self.b.int_const(1);
                let index = self.b.int(IntOp::Sub, last, one, site);
                self.element_at(inner, index)
            }
            Source::Zip(parts) => {
                let parts = parts.iter().map(|part| self.element_at(part, at)).collect::<Lower<Vec<Val>>>()?;
                Ok(self.tuple(parts))
            }
            Source::Items(_) => self.obstacle("a loop", "over a tuple inside zip or enumerate"),
            Source::Never => Ok(Val::never()),
        }
    }

    /// What a view shows at a bar.
    pub fn viewed(&mut self, view: &Val, index: Reg) -> Val {
        match &view.ty {
            Ty::View(Viewed::Column(column)) => {
                let site = self.site("a bar that has not been");
                let word = self.b.column(*column, Some(index), site);
                if *column == crate::strategy::native::ir::ColumnId::TIMESTAMP {
                    Val::new(Ty::Scalar(Kinds::TIME), vec![word])
                } else {
                    Val::float(word)
                }
            }
            Ty::View(Viewed::Bars(shape)) => Val::new(Ty::Bar(*shape), vec![index]),
            _ => Val::never(),
        }
    }

    pub fn iterate(
        &mut self,
        source: &Source,
        changed: &[String],
        each: Each<'_, 'a>,
        orelse: &mut dyn FnMut(&mut Self) -> Lower<()>,
    ) -> Lower<()> {
        match source {
            Source::Never => {
                // An empty list so far: the body is looked at all the same, for what it teaches.
                let never = self.b.int_const(0);
                let Some(no) = self.split(never) else { return Ok(()) };
                self.push_loop();
                let walked = each(self, Val::never());
                let frame = self.pop_loop();
                walked?;
                let end = self.part();
                let mut ends: Vec<Option<Flow>> = vec![Some(no), end];
                ends.extend(frame.breaks.into_iter().chain(frame.continues).map(Some));
                self.meet(ends)?;
                orelse(self)
            }
            Source::Items(items) => {
                let mut breaks = Vec::new();
                for item in items {
                    if self.b.current.is_none() {
                        break;
                    }
                    self.push_loop();
                    let walked = each(self, item.clone());
                    let frame = self.pop_loop();
                    walked?;
                    breaks.extend(frame.breaks);
                    let end = self.part();
                    let mut ends: Vec<Option<Flow>> = frame.continues.into_iter().map(Some).collect();
                    ends.push(end);
                    self.meet(ends)?;
                }
                if self.b.current.is_some() {
                    orelse(self)?;
                }
                let end = self.part();
                let mut ends: Vec<Option<Flow>> = breaks.into_iter().map(Some).collect();
                ends.push(end);
                self.meet(ends)
            }
            _ => {
                let before = std::mem::take(&mut self.changed);
                let counter = self.hidden_name();
                let zero = self.b.int_const(0);
                self.env.vars.insert(counter.clone(), Val::int(zero));
                let mut changed: Vec<String> = changed.to_vec();
                changed.push(counter.clone());
                let grows = grows(source);
                let fixed = if grows { None } else { Some(self.count_of(source)?) };
                let looped = self.looped(
                    &changed,
                    &mut |this| {
                        let at = this.env.vars[&counter].regs[0];
                        let count = match fixed {
                            Some(count) => count,
                            None => this.count_of(source)?,
                        };
                        let more = this.b.compare(CompareOp::Lt, at, count);
                        Ok(this.split(more))
                    },
                    &mut |this| {
                        let at = this.env.vars[&counter].regs[0];
                        let element = this.element_at(source, at)?;
                        // `continue` too goes on with the next number.
                        let one = this.b.int_const(1);
                        let site = this.site("a counter");
                        let next = this.b.int(IntOp::AddWrapping, at, one, site);
                        this.env.vars.insert(counter.clone(), Val::int(next));
                        each(this, element)
                    },
                    orelse,
                );
                self.env.vars.remove(&counter);
                looped?;
                let changed: Vec<ListId> = self.changed.iter().map(|&id| self.facts.find(id)).collect();
                self.changed.extend(before);
                let mut walked = Vec::new();
                lists_of(source, &mut walked);
                let deque = walked.into_iter().map(|id| self.facts.find(id)).find(|id| changed.contains(id));
                if deque.is_some_and(|id| self.facts.nature(id).0) {
                    return self.obstacle("a deque that is walked", "and changed meanwhile");
                }
                if deque.is_some() && backwards(source) {
                    return self.obstacle("a list that is walked backwards", "and changed meanwhile");
                }
                Ok(())
            }
        }
    }

    fn push_loop(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.loops.push(super::flow::LoopFrame::default());
        }
    }

    fn pop_loop(&mut self) -> super::flow::LoopFrame {
        self.frames.last_mut().and_then(|frame| frame.loops.pop()).unwrap_or_default()
    }

    /// Calls `each` with every element of a list or the like. `changed` are hidden names that it sets.
    pub fn each_element(&mut self, list: &Val, changed: &[String], each: Each<'_, 'a>) -> Lower<()> {
        let source = self.source_of(list)?;
        self.iterate(&source, changed, each, &mut |_| Ok(()))
    }

    /// Runs a comprehension's loops and gives each element to `each`.
    pub fn generate(&mut self, comprehension: &Comprehension, changed: &[String], each: Each<'_, 'a>) -> Lower<()> {
        let outer = self.env.vars.clone();
        self.generator(comprehension, 0, changed, each)?;
        // Its names are its own.
        let mut targets = Vec::new();
        for (target, _, _) in &comprehension.generators {
            super::loops::names_of(target, &mut targets);
        }
        for name in targets {
            match outer.get(&name) {
                Some(value) => self.env.vars.insert(name, value.clone()),
                None => self.env.vars.remove(&name),
            };
        }
        Ok(())
    }

    fn generator(
        &mut self,
        comprehension: &Comprehension,
        at: usize,
        changed: &[String],
        each: Each<'_, 'a>,
    ) -> Lower<()> {
        let Some((target, iter, conditions)) = comprehension.generators.get(at) else {
            let [element] = comprehension.elements.as_slice() else {
                return self.obstacle("a dict comprehension", "dicts with computed keys are not compiled");
            };
            let element = self.expr(element)?;
            return each(self, element);
        };
        let source = self.iterable(iter)?;
        let mut names: Vec<String> = changed.to_vec();
        for (target, _, _) in &comprehension.generators {
            super::loops::names_of(target, &mut names);
        }
        self.iterate(
            &source,
            &names,
            &mut |this, item| {
                this.assign(target, item)?;
                let mut skipped = Vec::new();
                for condition in conditions {
                    if this.b.current.is_none() {
                        break;
                    }
                    skipped.push(this.branch_on(condition)?);
                }
                if this.b.current.is_some() {
                    this.generator(comprehension, at + 1, changed, each)?;
                }
                skipped.push(this.part());
                this.meet(skipped)
            },
            &mut |_| Ok(()),
        )
    }

    pub fn comprehension(&mut self, comprehension: &Comprehension) -> Lower<Val> {
        if !comprehension.list {
            return self.obstacle("a generator", "outside sum, min, max, any, all or list");
        }
        self.list_comprehension(comprehension)
    }

    pub fn list_comprehension(&mut self, comprehension: &Comprehension) -> Lower<Val> {
        let origin = self.origin();
        let list = self.list_of(&origin, &[])?;
        let held = list.clone();
        self.generate(comprehension, &[], &mut |this, element| this.push(&held, &element))?;
        Ok(list)
    }

    /// The type of a generator's elements, found without keeping what was emitted.
    pub fn element_type(&mut self, comprehension: &Comprehension) -> Lower<Ty> {
        let mut found = Ty::Never;
        self.probe(|this| {
            let mut seen = Ty::Never;
            this.generate(comprehension, &[], &mut |this, element| {
                seen = this.facts.join(&seen, &element.ty);
                Ok(())
            })?;
            found = seen;
            Ok(())
        })?;
        Ok(found)
    }
}

/// Lists in memory that elements come from.
fn lists_of(source: &Source, found: &mut Vec<ListId>) {
    match source {
        Source::List(list) => {
            if let Ty::List(id) = list.ty {
                found.push(id);
            }
        }
        Source::Enumerate { inner, .. } | Source::Reversed(inner) => lists_of(inner, found),
        Source::Zip(parts) => parts.iter().for_each(|part| lists_of(part, found)),
        _ => {}
    }
}

fn backwards(source: &Source) -> bool {
    match source {
        Source::Reversed(_) => true,
        Source::Enumerate { inner, .. } => backwards(inner),
        Source::Zip(parts) => parts.iter().any(backwards),
        _ => false,
    }
}

/// A list may get more elements while it is looped over.
fn grows(source: &Source) -> bool {
    match source {
        Source::List(_) => true,
        Source::Enumerate { inner, .. } => grows(inner),
        Source::Zip(parts) => parts.iter().any(grows),
        _ => false,
    }
}
