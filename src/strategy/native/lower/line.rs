//! Series and arrays of one dimension: stretches of the market's own columns, and columns made of them, which stand in
//! lists that nothing changes.

use super::iterate::Source;
use super::ty::{Kinds, Labels, Line, Of, Pandas, Ty, Viewed};
use super::val::Val;
use super::{Lower, Pass};
use crate::strategy::native::ir::{CompareOp, IntOp, Intrinsic, Kind, Reduction, Reg, UnaryOp, Word};

impl<'a> Pass<'a> {
    /// First bar and count.
    pub fn span(of: &Val) -> (Reg, Reg) {
        let at = of.regs.len() - 2;
        (of.regs[at], of.regs[at + 1])
    }

    pub fn is_empty_span(&mut self, of: &Val) -> Val {
        let (_, count) = Self::span(of);
        let zero = self.b.int_const(0);
        Val::bool(self.b.compare(CompareOp::Eq, count, zero))
    }

    /// The line's own number at a place that it has.
    pub fn number_of_line(&mut self, line: &Val, place: Reg) -> Val {
        let Ty::Pandas(Pandas::Line(Line { of, .. }) | Pandas::LineIloc(Line { of, .. })) = line.ty else {
            return Val::never();
        };
        let site = self.site("a bar that has not been");
        match of {
            Of::Column(column) => {
                let bar = self.b.int(IntOp::AddWrapping, line.regs[0], place, site);
                Val::numpy_float(self.b.column(column, Some(bar), site))
            }
            Of::Floats => {
                let at = self.b.call1(Intrinsic::ListAt, &[line.regs[0], place], site);
                Val::numpy_float(self.b.load(Kind::F, at, 0))
            }
            Of::Bools => {
                let at = self.b.call1(Intrinsic::ListAt, &[line.regs[0], place], site);
                Val::numpy_bool(self.b.load(Kind::I, at, 0))
            }
        }
    }

    /// The place that an index means, out of range bails.
    pub fn place_in(&mut self, of: &Val, at: &Val) -> Lower<Reg> {
        let index = self.index_of(at, "an integer index")?;
        let (_, count) = Self::span(of);
        let zero = self.b.int_const(0);
        let places =
            Val::new(Ty::View(Viewed::Column(crate::strategy::native::ir::ColumnId::CLOSE)), vec![zero, count]);
        self.bar_of_view(&places, index)
    }

    /// Address of the first number and how many there are; None of bools.
    pub fn stretch_of(&mut self, line: &Val) -> Option<(Reg, Reg)> {
        let Ty::Pandas(Pandas::Line(Line { of, .. })) = line.ty else { return None };
        let site = self.site("an address");
        match of {
            Of::Column(column) => {
                let base = self.b.column_address(column);
                Some((self.b.int(IntOp::AddWrapping, base, line.regs[0], site), line.regs[1]))
            }
            Of::Floats => {
                let view = self.b.call(Intrinsic::ListView, &[line.regs[0]], site);
                Some((view[0], view[1]))
            }
            Of::Bools => None,
        }
    }

    /// A list with the word that `each` gives for every place.
    pub fn mapped(&mut self, count: Reg, word: Word, each: &mut dyn FnMut(&mut Self, Reg) -> Lower<Reg>) -> Lower<Reg> {
        let layout = self.layout(vec![word]);
        let site = self.site("memory");
        let list = self.b.call1(Intrinsic::ListNew(layout), &[], site);
        let (start, step) = (self.b.int_const(0), self.b.int_const(1));
        self.iterate(
            &Source::Range { start, step, count },
            &[],
            &mut |this: &mut Pass<'a>, place| {
                let place = this.word(&place);
                let word = each(this, place)?;
                let at = this.b.call1(Intrinsic::ListPush, &[list], site);
                this.b.store(at, 0, word);
                Ok(())
            },
            &mut |_| Ok(()),
        )?;
        Ok(list)
    }

    /// Bails where they are not of the same bars.
    pub fn guard_aligned(&mut self, a: &Val, b: &Val) {
        let ((first, count), (other, others)) = (Self::span(a), Self::span(b));
        if (first, count) == (other, others) {
            return;
        }
        let site = self.site("series of different bars");
        let same = self.b.compare(CompareOp::Eq, first, other);
        self.b.guard(same, site);
        let same = self.b.compare(CompareOp::Eq, count, others);
        self.b.guard(same, site);
    }

    /// Bails where it has another length.
    pub fn guard_as_long(&mut self, line: &Val, count: Reg) {
        let (_, own) = Self::span(line);
        if own != count {
            let site = self.site("arrays of different lengths");
            let same = self.b.compare(CompareOp::Eq, own, count);
            self.b.guard(same, site);
        }
    }

    pub fn sliced_line(&mut self, line: &Val, start: Reg, stop: Reg) -> Val {
        let mut regs = self.sliced_span(line, start, stop);
        if line.regs.len() == 3 {
            let site = self.site("a slice");
            regs.insert(0, self.b.call1(Intrinsic::ListSlice, &[line.regs[0], start, stop], site));
        }
        Val::new(line.ty.clone(), regs)
    }

    pub fn line_attribute(&mut self, object: &Val, line: Line, name: &str) -> Lower<Val> {
        match (line.labels, name) {
            (Labels::Times | Labels::Count, "empty") => Ok(self.is_empty_span(object)),
            (Labels::Times | Labels::Count, "iloc") => {
                Ok(Val::new(Ty::Pandas(Pandas::LineIloc(line)), object.regs.clone()))
            }
            (Labels::Times | Labels::Count, "values") => Ok(Self::unlabelled(object, line)),
            (_, "size") => Ok(Val::int(Self::span(object).1)),
            _ => self.obstacle("pandas", format!("`.{name}` of {}", object.ty.name())),
        }
    }

    fn unlabelled(object: &Val, line: Line) -> Val {
        Val::new(Ty::Pandas(Pandas::Line(Line { labels: Labels::None, ..line })), object.regs.clone())
    }

    pub fn line_method(
        &mut self,
        object: &Val,
        line: Line,
        name: &str,
        args: &[Val],
        keywords: &[(String, Val)],
    ) -> Lower<Val> {
        let series = line.labels != Labels::None;
        let is_float = |value: &Val| *value == Val::external("builtins.float");
        let numbers = line.of != Of::Bools;
        match (name, args, keywords) {
            ("copy", [], []) => Ok(object.clone()),
            ("astype", [ty], []) if is_float(ty) && numbers => Ok(object.clone()),
            ("to_numpy", [], []) if series => Ok(Self::unlabelled(object, line)),
            ("tolist", [], []) => match line.of {
                Of::Column(column) => Ok(Val::new(Ty::View(Viewed::Column(column)), object.regs.clone())),
                _ => self.obstacle("pandas", format!("`tolist` of {}", object.ty.name())),
            },
            ("tail", [count], []) if series => {
                let (start, stop) = self.last(count)?;
                Ok(self.sliced_line(object, start, stop))
            }
            ("mean" | "sum" | "min" | "max" | "std" | "var", [], []) if numbers => {
                let ddof = u8::from(series);
                let f = match name {
                    "mean" => Reduction::NumpyMean,
                    "sum" => Reduction::NumpySum,
                    "min" => Reduction::NumpyMin,
                    "max" => Reduction::NumpyMax,
                    "std" => Reduction::NumpyStd { ddof },
                    _ => Reduction::NumpyVar { ddof },
                };
                self.reduced(object, f, name)
            }
            _ if series && numbers => self.series_method(object, line, name, args, keywords),
            _ => self.obstacle("pandas", format!("`{name}` of {}", object.ty.name())),
        }
    }

    /// A reduction of a line. pandas leaves NaN out, numpy does not: a result that is NaN bails, so both agree.
    pub fn reduced(&mut self, object: &Val, f: Reduction, name: &str) -> Lower<Val> {
        let Some((address, count)) = self.stretch_of(object) else {
            return self.obstacle("pandas", format!("`{name}` of {}", object.ty.name()));
        };
        let site = self.site(&format!("{name}() of nothing or of NaN"));
        let word = self.b.call1(Intrinsic::Reduce(f), &[address, count], site);
        let nan = self.b.unary(UnaryOp::IsNan, word, site);
        let number = self.b.unary(UnaryOp::Not, nan, site);
        self.b.guard(number, site);
        Ok(Val::numpy_float(word))
    }

    /// A list of floats as an array.
    pub fn array_of(&mut self, value: &Val) -> Lower<Val> {
        if let Ty::Pandas(Pandas::Line(line)) = value.ty {
            return Ok(Self::unlabelled(value, line));
        }
        if let Ty::View(Viewed::Column(column)) = value.ty
            && column != crate::strategy::native::ir::ColumnId::TIMESTAMP
        {
            return Ok(Val::new(Ty::Pandas(Pandas::Line(Line::array(column))), value.regs.clone()));
        }
        let Some((address, count)) = self.floats(value)? else {
            return self.obstacle("numpy", format!("an array of {}", value.ty.name()));
        };
        let list = self.list_of_stretch(address, count);
        let zero = self.b.int_const(0);
        Ok(Val::new(Ty::Pandas(Pandas::Line(Line { of: Of::Floats, labels: Labels::None })), vec![list, zero, count]))
    }

    fn list_of_stretch(&mut self, address: Reg, count: Reg) -> Reg {
        let layout = self.layout(vec![Word::F]);
        let site = self.site("memory");
        self.b.call1(Intrinsic::ListFromView(layout), &[address, count], site)
    }

    /// `pd.Series(array)`: its labels count from zero.
    pub fn series_of(&mut self, value: &Val) -> Lower<Val> {
        if matches!(value.ty, Ty::Pandas(Pandas::Line(Line { labels: Labels::Times | Labels::Count, .. }))) {
            return Ok(value.clone());
        }
        let array = self.array_of(value)?;
        let Some((address, count)) = self.stretch_of(&array) else {
            return self.obstacle("pandas", format!("a series of {}", value.ty.name()));
        };
        let list = self.list_of_stretch(address, count);
        let zero = self.b.int_const(0);
        Ok(Val::new(Ty::Pandas(Pandas::Line(Line { of: Of::Floats, labels: Labels::Count })), vec![list, zero, count]))
    }

    /// A float word of what is a number.
    pub fn plain_number(&mut self, value: &Val, why: &str) -> Lower<Reg> {
        if super::numpy_scalar::is_numpy_float(value) {
            return Ok(self.word(value));
        }
        let value = self.narrow(value, Kinds::NUMBERS, why)?;
        self.float_of(&value, true)
    }
}
