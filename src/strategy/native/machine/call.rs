use super::column::column;
use super::reduce::reduce;
use super::{Memory, Trap, slice};
use crate::strategy::native::ir::Intrinsic;
use crate::strategy::native::ir::intrinsic::LENGTH;
use crate::strategy::native::numerics;

impl Memory {
    /// Does what `f` says with the words `a`, and writes as many words to `d` as its signature gives.
    ///
    /// # Errors
    /// See [`Trap`].
    ///
    /// # Panics
    /// Where `a` or `d` are shorter than the signature, or an address is none.
    pub fn call(&mut self, f: Intrinsic, a: &[u64], d: &mut [u64]) -> Result<(), Trap> {
        let h = |index: usize| a[index] as usize;
        let i = |index: usize| a[index] as i64;
        let one = match f {
            Intrinsic::ListNew(layout) => self.new_list(layout, None, 0)?,
            Intrinsic::DequeNew(layout) => {
                let maxlen = usize::try_from(i(0)).map_err(|_| Trap::Bail)?;
                self.new_list(layout, Some(maxlen), 0)?
            }
            Intrinsic::ListPush => self.push(h(0))?,
            Intrinsic::ListPushFront => self.push_front(h(0))?,
            Intrinsic::ListPop => self.pop(h(0))?,
            Intrinsic::ListPopFront => self.pop_front(h(0))?,
            Intrinsic::ListPopAt => self.pop_at(h(0), i(1))?,
            Intrinsic::ListInsert => self.insert(h(0), i(1))?,
            Intrinsic::ListSlice => self.slice(h(0), i(1), i(2))?,
            Intrinsic::ListSliceStep => self.slice_step(h(0), i(1), i(2), i(3))?,
            Intrinsic::ListRepeat => self.repeat(h(0), i(1))?,
            Intrinsic::ListConcat => self.concat(h(0), h(1))?,
            Intrinsic::ListCopy => self.copy(h(0), usize::try_from(i(1)).ok())?,
            Intrinsic::ListAt => self.at(h(0), i(1))?,
            Intrinsic::ListLength => self.length(h(0)),
            Intrinsic::ListFromView(layout) => self.list_from(layout, None, h(0), h(1))?,
            Intrinsic::ObjectNew(layout) => self.new_object(layout)?,
            Intrinsic::ListClear => {
                self.set_header(h(0), LENGTH, 0);
                return Ok(());
            }
            Intrinsic::ListDeleteRange => {
                let (first, count) = slice::bounds(self.length(h(0)), i(1), i(2));
                self.delete(h(0), first, count);
                return Ok(());
            }
            Intrinsic::ListExtend => return self.extend(h(0), h(1)),
            Intrinsic::ListReverse => {
                self.reverse(h(0));
                return Ok(());
            }
            Intrinsic::ListSortFloat => return self.sort_floats(h(0), a[1] != 0),
            Intrinsic::ListSortInt => {
                self.sort_ints(h(0), a[1] != 0);
                return Ok(());
            }
            Intrinsic::ListView => {
                let (data, length) = self.view(h(0));
                d[1] = length as u64;
                data
            }
            Intrinsic::SliceBounds => {
                let (first, count) = slice::bounds(h(0), i(1), i(2));
                d[1] = count as u64;
                first
            }
            Intrinsic::Reduce(reduction) => {
                let values = bytemuck::cast_slice(&self.words[h(0)..h(0) + h(1)]);
                let value = reduce(reduction, values, &mut self.windows).ok_or(Trap::Bail)?;
                return give(d, value);
            }
            Intrinsic::RoundDigits => {
                return give(d, numerics::round_digits(f64::from_bits(a[0]), i(1)).ok_or(Trap::Bail)?);
            }
            Intrinsic::NumpyQuantile => {
                let value = numerics::numpy::quantile(self.floats(h(0), h(1)), f64::from_bits(a[2]));
                return give(d, value.ok_or(Trap::Bail)?);
            }
            Intrinsic::Column(kernel, layout) => {
                let made = column(kernel, self.floats(h(0), h(1)), i(2), i(3), f64::from_bits(a[4]))?;
                self.list_of_floats(layout, &made)?
            }
        };
        d[0] = one as u64;
        Ok(())
    }

    /// `count` words of kind F.
    pub fn floats(&self, address: usize, count: usize) -> &[f64] {
        bytemuck::cast_slice(&self.words[address..address + count])
    }
}

fn give(d: &mut [u64], value: f64) -> Result<(), Trap> {
    d[0] = value.to_bits();
    Ok(())
}
