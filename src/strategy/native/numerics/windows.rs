use super::exact::{Moment, Range, Sums, moment};

/// Windows that slide along are summed anew by what left and what came. The sums are exact, so the answer is that
/// of the values alone, whatever was asked before.
#[derive(Debug, Default)]
pub struct Windows {
    /// The last one asked for comes first.
    windows: Vec<Window>,
}

/// A strategy asks for moments of a few windows at a bar.
const MOST: usize = 4;
/// Shorter ones are summed as quickly as they are found.
const SHORTEST: usize = 6;

#[derive(Debug)]
struct Window {
    /// The values stand at its end: what slides out stays in front until that is half of it.
    values: Vec<f64>,
    first: usize,
    range: Range,
    sums: Sums<4>,
}

impl Windows {
    /// See [`moment`].
    pub fn moment(&mut self, values: &[f64], of: Moment) -> Option<f64> {
        if values.len() < SHORTEST {
            return moment(values, of);
        }
        match self.windows.iter_mut().position(|window| window.follow(values)) {
            Some(found) => self.windows[..=found].rotate_right(1),
            None => match Window::of(values) {
                None => return moment(values, of),
                Some(window) => {
                    self.windows.truncate(MOST - 1);
                    self.windows.insert(0, window);
                }
            },
        }
        self.windows[0].sums.moment(of)
    }
}

impl Window {
    /// None where the values span too many powers of two.
    fn of(values: &[f64]) -> Option<Self> {
        let mut range = Range::of(values)?;
        // Room for what comes, on both sides.
        let spare = 256_u32.checked_sub(range.bits(2 * values.len()))? as i32 / 4;
        range.unit -= spare;
        range.top += spare;
        Some(Self { values: values.to_vec(), first: 0, range, sums: Sums::of(values, range.unit) })
    }

    /// Whether it is these values now: it was them, or lacked the last, or has slid by one to them.
    fn follow(&mut self, values: &[f64]) -> bool {
        let held = &self.values[self.first..];
        if held.len() + 1 < values.len() || held.len() > values.len() + 1 {
            return false;
        }
        if same(held, values) {
            return true;
        }
        let Some((&last, before)) = values.split_last() else { return false };
        if !self.range.holds(last) || self.range.bits(values.len()) > 256 {
            return false;
        }
        if same(held, before) {
            self.values.push(last);
        } else if held.len() == values.len() && same(&held[1..], before) {
            self.sums.remove(held[0]);
            self.first += 1;
            self.values.push(last);
        } else {
            return false;
        }
        self.sums.add(last);
        if self.first > values.len() {
            self.values.drain(..self.first);
            self.first = 0;
        }
        true
    }
}

/// Bit for bit.
fn same(a: &[f64], b: &[f64]) -> bool {
    bytemuck::cast_slice::<f64, u64>(a) == bytemuck::cast_slice::<f64, u64>(b)
}
