//! Frames, series and arrays of the bars so far. Nothing here changes one, so each is a stretch of the market's own
//! columns. Only what numpy and pandas do the same in all their versions is followed; the rest is refused by name.

use super::attribute::column_named;
use super::ty::{Pandas, Ty, Viewed};
use super::val::Val;
use super::{Lower, Pass};
use crate::discovery::code::Call;
use crate::strategy::native::ir::{ColumnId, CompareOp, IntOp, Intrinsic, Reduction, Reg, UnaryOp};

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

    /// One number of a column, at a bar.
    fn number_at(&mut self, column: ColumnId, bar: Reg) -> Val {
        let site = self.site("a bar that has not been");
        Val::numpy_float(self.b.column(column, Some(bar), site))
    }

    pub fn pandas_attribute(&mut self, object: &Val, what: Pandas, name: &str) -> Lower<Val> {
        let as_is = |what: Pandas| Ok(Val::new(Ty::Pandas(what), object.regs.clone()));
        match (what, name) {
            (Pandas::Frame | Pandas::Series(_), "empty") => {
                let zero = self.b.int_const(0);
                Ok(Val::bool(self.b.compare(CompareOp::Eq, object.regs[1], zero)))
            }
            (Pandas::Frame, "iloc") => as_is(Pandas::FrameIloc),
            (Pandas::Series(column), "iloc") => as_is(Pandas::SeriesIloc(column)),
            (Pandas::Series(column), "values") => as_is(Pandas::Array(column)),
            (Pandas::Frame, "columns") => Ok(Val::new(Ty::Pandas(Pandas::Names), Vec::new())),
            (Pandas::Frame, name) => match numbers_named(name) {
                Some(column) => as_is(Pandas::Series(column)),
                None => self.obstacle("pandas", format!("`.{name}` of a frame")),
            },
            (Pandas::Row, name) => match numbers_named(name) {
                Some(column) => Ok(self.number_at(column, object.regs[0])),
                None => self.obstacle("pandas", format!("`.{name}` of a row")),
            },
            _ => self.obstacle("pandas", format!("`.{name}` of {}", object.ty.name())),
        }
    }

    /// What stands in square brackets after one of these, where it is no slice.
    pub fn pandas_item(&mut self, object: &Val, what: Pandas, at: &Val) -> Lower<Val> {
        match what {
            Pandas::Frame | Pandas::Row => {
                let Some(name) = self.text_of(at) else {
                    return self.obstacle("pandas", format!("{} by a key that is no literal", object.ty.name()));
                };
                let Some(column) = numbers_named(&name) else {
                    return self.obstacle("pandas", format!("column {name}"));
                };
                if what == Pandas::Row {
                    return Ok(self.number_at(column, object.regs[0]));
                }
                Ok(Val::new(Ty::Pandas(Pandas::Series(column)), object.regs.clone()))
            }
            Pandas::FrameIloc | Pandas::SeriesIloc(_) | Pandas::Array(_) => {
                let index = self.index_of(at, "an integer index")?;
                let bar = self.bar_of_view(object, index)?;
                match what {
                    Pandas::SeriesIloc(column) | Pandas::Array(column) => Ok(self.number_at(column, bar)),
                    _ => Ok(Val::new(Ty::Pandas(Pandas::Row), vec![bar])),
                }
            }
            _ => self.obstacle("pandas", format!("{} by a label", object.ty.name())),
        }
    }

    /// What a slice with integer bounds gives, which pandas takes by position under an index of dates.
    pub const fn sliced(what: Pandas) -> Option<Pandas> {
        match what {
            Pandas::Frame | Pandas::FrameIloc => Some(Pandas::Frame),
            Pandas::Series(column) | Pandas::SeriesIloc(column) => Some(Pandas::Series(column)),
            Pandas::Array(column) => Some(Pandas::Array(column)),
            _ => None,
        }
    }

    pub fn pandas_method(&mut self, object: &Val, what: Pandas, name: &str, call: &Call) -> Lower<Val> {
        let (args, keywords) = self.arguments(call)?;
        if !keywords.is_empty() {
            return self.obstacle("pandas", format!("`{name}` with keywords"));
        }
        let is_float = |value: &Val| *value == Val::external("builtins.float");
        match (what, name, args.as_slice()) {
            (Pandas::Frame | Pandas::Series(_) | Pandas::Array(_), "copy", []) => Ok(object.clone()),
            (Pandas::Series(_) | Pandas::Array(_), "astype", [ty]) if is_float(ty) => Ok(object.clone()),
            (Pandas::Series(column), "to_numpy", []) => {
                Ok(Val::new(Ty::Pandas(Pandas::Array(column)), object.regs.clone()))
            }
            (Pandas::Series(column) | Pandas::Array(column), "tolist", []) => {
                Ok(Val::new(Ty::View(Viewed::Column(column)), object.regs.clone()))
            }
            (Pandas::Frame | Pandas::Series(_), "tail", [count]) => {
                let count = self.index_of(count, "an integer was expected in tail()")?;
                self.last_rows(object, count)
            }
            (Pandas::Series(_), "mean" | "sum" | "min" | "max" | "std" | "var", []) => {
                let f = match name {
                    "mean" => Reduction::NumpyMean,
                    "sum" => Reduction::NumpySum,
                    "min" => Reduction::NumpyMin,
                    "max" => Reduction::NumpyMax,
                    "std" => Reduction::NumpyStd { ddof: 1 },
                    _ => Reduction::NumpyVar { ddof: 1 },
                };
                self.reduced(object, f, name)
            }
            (Pandas::Array(_), "mean" | "sum" | "min" | "max" | "std" | "var", []) => {
                let f = match name {
                    "mean" => Reduction::NumpyMean,
                    "sum" => Reduction::NumpySum,
                    "min" => Reduction::NumpyMin,
                    "max" => Reduction::NumpyMax,
                    "std" => Reduction::NumpyStd { ddof: 0 },
                    _ => Reduction::NumpyVar { ddof: 0 },
                };
                self.reduced(object, f, name)
            }
            _ => self.obstacle("pandas", format!("`{name}` of {}", object.ty.name())),
        }
    }

    /// `tail(count)` of a positive count; any other bails.
    fn last_rows(&mut self, object: &Val, count: Reg) -> Lower<Val> {
        let site = self.site("tail() of what is not positive");
        let zero = self.b.int_const(0);
        let positive = self.b.compare(CompareOp::Gt, count, zero);
        self.b.guard(positive, site);
        let start = self.b.int(IntOp::Sub, zero, count, site);
        let stop = self.b.int_const(crate::strategy::native::ir::intrinsic::TO_END);
        let bounds = self.b.call(Intrinsic::SliceBounds, &[object.regs[1], start, stop], site);
        let first = self.b.int(IntOp::AddWrapping, object.regs[0], bounds[0], site);
        Ok(Val::new(object.ty.clone(), vec![first, bounds[1]]))
    }

    /// A reduction of a column. pandas leaves NaN out, numpy does not: a result that is NaN bails, so both agree.
    pub fn reduced(&mut self, object: &Val, f: Reduction, name: &str) -> Lower<Val> {
        let Ty::Pandas(Pandas::Series(column) | Pandas::Array(column)) = object.ty else {
            return self.obstacle("pandas", format!("`{name}` of {}", object.ty.name()));
        };
        let site = self.site(&format!("{name}() of nothing or of NaN"));
        let base = self.b.column_address(column);
        let address = self.b.int(IntOp::AddWrapping, base, object.regs[0], site);
        let word = self.b.call1(Intrinsic::Reduce(f), &[address, object.regs[1]], site);
        let nan = self.b.unary(UnaryOp::IsNan, word, site);
        let number = self.b.unary(UnaryOp::Not, nan, site);
        self.b.guard(number, site);
        Ok(Val::numpy_float(word))
    }
}
