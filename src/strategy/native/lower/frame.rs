//! Frames of the bars so far, their columns and rows. A frame's own bars never change; columns that it is given are
//! noted under where it was made, so that every name for it sees them. Only what pandas does the same in all its
//! versions is followed; the rest is refused by name.

use super::attribute::column_named;
use super::ty::{FrameId, Labels, Line, Of, Pandas, Ty, Viewed};
use super::val::Val;
use super::{Lower, Pass};
use crate::discovery::code::Call;
use crate::strategy::native::ir::{ColumnId, Intrinsic, Reg, Word};
use crate::strategy::worker::Names;

/// A column of prices or volumes; timestamps of a frame are not compiled.
fn numbers_named(name: &str) -> Option<ColumnId> {
    column_named(name).filter(|column| *column != ColumnId::TIMESTAMP)
}

impl Pass<'_> {
    /// All bars so far as one of these.
    pub fn whole_pandas(&mut self, what: Pandas) -> Val {
        let whole = self.whole_view(Viewed::Column(ColumnId::CLOSE));
        Val::new(Ty::Pandas(what), whole.regs)
    }

    /// A frame of its own, of all bars so far.
    pub fn whole_frame(&mut self) -> Val {
        let origin = self.origin();
        let id = self.facts.frame_at(&origin);
        self.whole_pandas(Pandas::Frame(id))
    }

    /// The frame's columns as they are now, under another name.
    fn snapshot(&mut self, of: FrameId, change: &mut dyn FnMut(&mut Self, &Val) -> Val) -> Lower<FrameId> {
        let written: Vec<String> =
            self.env.written.iter().filter(|(id, _)| *id == of).map(|(_, name)| name.clone()).collect();
        if written.is_empty() {
            return Ok(FrameId::UNCHANGED);
        }
        if self.in_loop() {
            return self.obstacle("a frame", "with columns of its own, taken apart in a loop");
        }
        let origin = self.origin();
        let id = self.facts.frame_at(&origin);
        self.forget(id);
        for name in written {
            if let Some(line) = self.env.columns.get(&(of, name.clone())).cloned() {
                let line = change(self, &line);
                self.env.columns.insert((id, name.clone()), line);
            }
            self.env.written.insert((id, name));
        }
        Ok(id)
    }

    fn forget(&mut self, id: FrameId) {
        self.env.columns.retain(|(of, _), _| *of != id);
        self.env.written.retain(|(of, _)| *of != id);
    }

    /// A copy: whoever gives it columns does not change the first.
    pub fn copied_frame(&mut self, frame: &Val, of: FrameId) -> Lower<Val> {
        let id = match self.snapshot(of, &mut |_, line| line.clone())? {
            FrameId::UNCHANGED => {
                let origin = self.origin();
                let id = self.facts.frame_at(&origin);
                self.forget(id);
                id
            }
            id => id,
        };
        Ok(Val::new(Ty::Pandas(Pandas::Frame(id)), frame.regs.clone()))
    }

    /// Rows `start:stop` of a frame, as Python counts them.
    pub fn sliced_frame(&mut self, frame: &Val, of: FrameId, start: Reg, stop: Reg) -> Lower<Val> {
        let regs = self.sliced_span(frame, start, stop);
        let id = match self.snapshot(of, &mut |this, line| this.sliced_line(line, start, stop))? {
            FrameId::UNCHANGED => {
                let origin = self.origin();
                let id = self.facts.frame_at(&origin);
                self.forget(id);
                id
            }
            id => id,
        };
        Ok(Val::new(Ty::Pandas(Pandas::Frame(id)), regs))
    }

    pub fn in_loop(&self) -> bool {
        self.frames.iter().any(|frame| !frame.loops.is_empty())
    }

    /// `frame[name]`; None where no such column is known.
    fn frame_column(&mut self, frame: &Val, id: FrameId, name: &str) -> Lower<Option<Val>> {
        let key = (id, name.to_owned());
        if let Some(line) = self.env.columns.get(&key) {
            if let Ty::Conflict(why) = &line.ty {
                return self.obstacle("a column of several types", format!("`{name}` is {why}"));
            }
            return Ok(Some(line.clone()));
        }
        if self.env.written.contains(&key) {
            return self.obstacle("a frame's column", format!("`{name}` may be unset here"));
        }
        Ok(numbers_named(name)
            .map(|column| Val::new(Ty::Pandas(Pandas::Line(Line::series(column))), frame.regs.clone())))
    }

    /// `frame[name] = value`
    pub fn set_column(&mut self, frame: &Val, id: FrameId, name: &str, value: &Val) -> Lower<()> {
        if self.b.current.is_none() || value.ty == Ty::Never {
            return Ok(());
        }
        if id == FrameId::UNCHANGED {
            return self.obstacle("a frame's column", format!("`{name}` is set in a frame that is kept elsewhere"));
        }
        if self.in_loop() {
            return self.obstacle("a frame's column", format!("`{name}` is set in a loop"));
        }
        let (first, count) = (frame.regs[0], frame.regs[1]);
        let line = match &value.ty {
            Ty::Pandas(Pandas::Line(line)) => {
                match line.labels {
                    Labels::Times => self.guard_aligned(value, frame),
                    Labels::None => self.guard_as_long(value, count),
                    Labels::Count => return self.obstacle("pandas", "a column of a series with other labels"),
                }
                let mut regs = value.regs.clone();
                // A market's own column keeps its bars, which are the frame's.
                let at = regs.len() - 2;
                if !matches!(line.of, Of::Column(_)) {
                    regs[at] = first;
                }
                regs[at + 1] = count;
                Val::new(Ty::Pandas(Pandas::Line(Line { of: line.of, labels: Labels::Times })), regs)
            }
            _ if super::numpy_scalar::is_numpy_float(value) || value.ty == Ty::FLOAT => {
                let number = self.number_beside_numpy(value, true)?;
                let list = self.mapped(count, Word::F, &mut |_, _| Ok(number))?;
                let line = Line { of: Of::Floats, labels: Labels::Times };
                Val::new(Ty::Pandas(Pandas::Line(line)), vec![list, first, count])
            }
            _ => return self.obstacle("pandas", format!("a column made of {}", value.ty.name())),
        };
        let key = (id, name.to_owned());
        self.env.written.insert(key.clone());
        self.env.columns.insert(key, line);
        Ok(())
    }

    /// One number of a row.
    fn row_number(&mut self, row: &Val, id: FrameId, name: &str) -> Lower<Option<Val>> {
        let (first, at) = (row.regs[0], row.regs[1]);
        // As a frame of bars that are not counted: one row of it is asked for.
        let frame = Val::new(Ty::Pandas(Pandas::Frame(id)), vec![first, at]);
        let Some(line) = self.frame_column(&frame, id, name)? else { return Ok(None) };
        let number = self.number_of_line(&line, at);
        // Rows that are iterated over hold Python's floats where the frame has a column of another kind.
        let mixed = id == FrameId::UNCHANGED && !self.names().dates.is_empty();
        Ok(Some(match number.ty {
            Ty::Pandas(Pandas::Float) if mixed => Val::number(number.regs[0]),
            _ => number,
        }))
    }

    /// Which spellings of the columns the market comes with.
    pub fn names(&self) -> Names {
        Names::used_in(self.repo.files.iter().map(|file| file.text.as_bytes()))
    }

    /// Whether the frame has a column of that name.
    pub fn has_column(&mut self, id: FrameId, name: &str) -> Lower<bool> {
        let key = (id, name.to_owned());
        if self.env.columns.contains_key(&key) {
            return Ok(true);
        }
        if self.env.written.contains(&key) {
            return self.obstacle("a frame's column", format!("`{name}` may be unset here"));
        }
        let names = self.names();
        let market = numbers_named(name).is_some()
            && if name.starts_with(char::is_lowercase) { names.lower } else { names.title };
        Ok(market || names.dates.contains(&name))
    }

    pub fn pandas_attribute(&mut self, object: &Val, what: Pandas, name: &str) -> Lower<Val> {
        let as_is = |what: Pandas| Ok(Val::new(Ty::Pandas(what), object.regs.clone()));
        match (what, name) {
            (Pandas::Frame(_), "empty") => Ok(self.is_empty_span(object)),
            (Pandas::Frame(id), "iloc") => as_is(Pandas::FrameIloc(id)),
            (Pandas::Frame(id), "columns") => Ok(Val::new(Ty::Pandas(Pandas::Names(id)), Vec::new())),
            (Pandas::Frame(id), name) => match self.frame_column(object, id, name)? {
                Some(line) => Ok(line),
                None => self.obstacle("pandas", format!("`.{name}` of a frame")),
            },
            (Pandas::Row(id), name) => match self.row_number(object, id, name)? {
                Some(number) => Ok(number),
                None => self.obstacle("pandas", format!("`.{name}` of a row")),
            },
            (Pandas::Line(line), name) => self.line_attribute(object, line, name),
            _ => self.obstacle("pandas", format!("`.{name}` of {}", object.ty.name())),
        }
    }

    /// What stands in square brackets after one of these, where it is no slice.
    pub fn pandas_item(&mut self, object: &Val, what: Pandas, at: &Val) -> Lower<Val> {
        match what {
            Pandas::Frame(id) | Pandas::Row(id) => {
                let Some(name) = self.text_of(at) else {
                    return self.obstacle("pandas", format!("{} by a key that is no literal", object.ty.name()));
                };
                let found = match what {
                    Pandas::Row(_) => self.row_number(object, id, &name)?,
                    _ => self.frame_column(object, id, &name)?,
                };
                match found {
                    Some(value) => Ok(value),
                    None => self.obstacle("pandas", format!("column {name}")),
                }
            }
            Pandas::FrameIloc(of) => {
                let place = self.place_in(object, at)?;
                let id = self.snapshot(of, &mut |_, line| line.clone())?;
                Ok(Val::new(Ty::Pandas(Pandas::Row(id)), vec![object.regs[0], place]))
            }
            Pandas::LineIloc(_) | Pandas::Line(Line { labels: Labels::None, .. }) => {
                let place = self.place_in(object, at)?;
                Ok(self.number_of_line(object, place))
            }
            _ => self.obstacle("pandas", format!("{} by a label", object.ty.name())),
        }
    }

    /// A slice with integer bounds, which pandas takes by position under an index of dates; None of what has none.
    pub fn pandas_slice(&mut self, object: &Val, what: Pandas, start: Reg, stop: Reg) -> Lower<Option<Val>> {
        match what {
            Pandas::Frame(id) | Pandas::FrameIloc(id) => self.sliced_frame(object, id, start, stop).map(Some),
            Pandas::Line(Line { labels: Labels::Count, .. }) => Ok(None),
            Pandas::Line(line) | Pandas::LineIloc(line) => {
                let sliced = self.sliced_line(object, start, stop);
                Ok(Some(Val::new(Ty::Pandas(Pandas::Line(line)), sliced.regs)))
            }
            _ => Ok(None),
        }
    }

    pub fn pandas_method(&mut self, object: &Val, what: Pandas, name: &str, call: &Call) -> Lower<Val> {
        let (args, keywords) = self.arguments(call)?;
        match (what, name, args.as_slice(), keywords.as_slice()) {
            (Pandas::Frame(id), "copy", [], []) => self.copied_frame(object, id),
            (Pandas::Frame(id), "tail", [count], []) => {
                let (start, stop) = self.last(count)?;
                self.sliced_frame(object, id, start, stop)
            }
            (Pandas::Row(id), "get", [key, rest @ ..], []) if rest.len() < 2 => {
                let key = self.key(key)?;
                match self.row_number(object, id, &key)? {
                    Some(number) => Ok(number),
                    None => self.obstacle("pandas", format!("column {key}")),
                }
            }
            (Pandas::Line(line), ..) => self.line_method(object, line, name, &args, &keywords),
            (Pandas::Rolling(_) | Pandas::Ewm(..), ..) => self.window_method(object, what, name, &args, &keywords),
            _ => self.obstacle("pandas", format!("`{name}` of {}", object.ty.name())),
        }
    }

    /// Start and stop of `tail(count)` of a positive count; any other bails.
    pub fn last(&mut self, count: &Val) -> Lower<(Reg, Reg)> {
        use crate::strategy::native::ir::{CompareOp, IntOp, intrinsic};
        let count = self.index_of(count, "an integer was expected in tail()")?;
        let site = self.site("tail() of what is not positive");
        let zero = self.b.int_const(0);
        let positive = self.b.compare(CompareOp::Gt, count, zero);
        self.b.guard(positive, site);
        let start = self.b.int(IntOp::Sub, zero, count, site);
        Ok((start, self.b.int_const(intrinsic::TO_END)))
    }

    /// First bar and count of `start:stop` of what has a span.
    pub fn sliced_span(&mut self, of: &Val, start: Reg, stop: Reg) -> Vec<Reg> {
        use crate::strategy::native::ir::IntOp;
        let (first, count) = Self::span(of);
        let site = self.site("a slice");
        let bounds = self.b.call(Intrinsic::SliceBounds, &[count, start, stop], site);
        vec![self.b.int(IntOp::AddWrapping, first, bounds[0], site), bounds[1]]
    }
}
