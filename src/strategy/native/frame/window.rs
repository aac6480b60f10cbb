//! `rolling`, `expanding` and `ewm`.

use super::column::{Column, Data, EVER, Word};
use super::data::Given;
use super::run::{Run, Step};
use super::value::{Kind, Number, Series, Shape, Value, Windowed};
use crate::strategy::native::numerics::ewm::{self, Decay};
use crate::strategy::native::numerics::rolling::{self, Window};
use std::hint::black_box;
use std::rc::Rc;

impl<'a> Run<'a> {
    pub fn window(&mut self, series: &Rc<Series>, name: &str, mut given: Given<'a>) -> Step<Value<'a>> {
        let shape = match name {
            "rolling" => self.rolling(&mut given)?,
            "expanding" => {
                let least = given.take(0, "min_periods");
                self.only(&given, 1)?;
                let least = self.int_or(least, 1)?;
                let Ok(least) = usize::try_from(least) else { return self.raises("min_periods below zero") };
                Shape::Rolling { window: Window::All, least, given: true }
            }
            _ => Shape::Decaying(self.decay(&mut given)?),
        };
        Ok(Value::Window(Rc::new(Windowed { of: series.clone(), shape })))
    }

    fn rolling(&mut self, given: &mut Given<'a>) -> Step<Shape> {
        let (rows, least) = (given.take(0, "window"), given.take(1, "min_periods"));
        let center = given.named("center");
        self.only(given, 2)?;
        if self.bool_or(center, false)? {
            return self.unknown("rolling()", "centred: it takes later bars");
        }
        let Some(Value::Number(Number { kind: Kind::Int(rows), .. })) = rows else {
            return self.unknown("rolling()", "with a window that is no int");
        };
        let Ok(rows) = usize::try_from(rows) else { return self.raises("a window below zero") };
        let (least, told) = match least {
            None | Some(Value::None) => (rows, false),
            Some(value) => {
                let least = self.int_or(Some(value), 0)?;
                match usize::try_from(least) {
                    Ok(least) if least <= rows => (least, true),
                    _ => return self.raises("min_periods outside of the window"),
                }
            }
        };
        Ok(Shape::Rolling { window: Window::Last(rows), least, given: told })
    }

    /// `get_center_of_mass` of pandas' `core/window/ewm.py`
    fn decay(&mut self, given: &mut Given<'a>) -> Step<Decay> {
        let com = given.take(0, "com");
        let (span, halflife, alpha) = (given.take(1, "span"), given.take(2, "halflife"), given.take(3, "alpha"));
        let (least, adjust, ignore) =
            (given.take(4, "min_periods"), given.take(5, "adjust"), given.take(6, "ignore_na"));
        self.only(given, 7)?;
        let named = [("com", com), ("span", span), ("halflife", halflife), ("alpha", alpha)];
        let mut told = named.into_iter().filter(|(_, value)| !matches!(value, None | Some(Value::None)));
        let (Some((name, Some(value))), None) = (told.next(), told.next()) else {
            return self.raises("one of com, span, halflife and alpha has to be given");
        };
        let Some(number) = value.number() else { return self.unknown("ewm()", "with a decay that is no number") };
        let x = number.kind.float();
        let com = match name {
            "com" if x >= 0.0 => x,
            "span" if x >= 1.0 => (x - 1.0) / 2.0,
            "halflife" if x > 0.0 => {
                let ln: fn(f64) -> f64 = black_box(f64::ln);
                let exp: fn(f64) -> f64 = black_box(f64::exp);
                1.0 / (1.0 - exp(ln(0.5) / x)) - 1.0
            }
            "alpha" if x > 0.0 && x <= 1.0 => (1.0 - x) / x,
            _ => return self.raises("a decay out of bounds"),
        };
        if self.bool_or(ignore, false)? {
            return self.unknown("ewm()", "with ignore_na");
        }
        let adjust = self.bool_or(adjust, true)?;
        let least = match least {
            None | Some(Value::None) => 0,
            some => self.int_or(some, 0)?,
        };
        let Ok(least) = usize::try_from(least) else { return self.raises("min_periods below zero") };
        Ok(Decay { com, adjust, least: least.max(1) })
    }

    pub fn window_method(&mut self, windowed: &Windowed, name: &'a str, mut given: Given<'a>) -> Step<Value<'a>> {
        let column = windowed.of.column();
        let Some(values) = column.data.as_floats() else { return self.unknown("a window", "over objects") };
        let column = Column { data: Data::Float(values.clone()), ..column };
        let made = match windowed.shape {
            Shape::Decaying(decay) => {
                let words = [
                    Word::Text(name),
                    Word::Float(decay.com),
                    Word::Bool(decay.adjust),
                    Word::Int(i64::try_from(decay.least).unwrap_or(i64::MAX)),
                ];
                self.only(&given, 0)?;
                let kernel: fn(&[f64], Decay) -> Vec<f64> = match name {
                    "mean" => ewm::mean,
                    "std" => ewm::standard_deviation,
                    "var" => ewm::variance,
                    _ => return self.unknown("a method of ewm", name.to_owned()),
                };
                self.kernel("ewm", &[&column], &words, true, || {
                    Data::floats(kernel(&rolling::prepared(&values), decay))
                })
            }
            Shape::Rolling { window, least, given: told } => {
                let mut words = vec![
                    Word::Text(name),
                    match window {
                        Window::Last(rows) => Word::Int(i64::try_from(rows).unwrap_or(i64::MAX)),
                        Window::All => Word::Text("all"),
                    },
                    Word::Int(i64::try_from(least).unwrap_or(i64::MAX)),
                ];
                if name == "apply"
                    && let Some(function) = given.take(0, "func")
                {
                    return self.window_apply(windowed, &column, window, least, &function, given);
                }
                let mut ddof = 1;
                let mut share = 0.5;
                match name {
                    "std" | "var" => {
                        let own = given.take(0, "ddof");
                        ddof = self.int_or(own, 1)?;
                        words.push(Word::Int(ddof));
                    }
                    "quantile" => {
                        let own = given.take(0, "q").and_then(|q| q.number()).map(|q| q.kind.float());
                        share = match own {
                            Some(q) if q > 0.0 && q < 1.0 => q,
                            Some(q) if q == 0.0 || q == 1.0 => return self.unknown("quantile()", "0 or 1"),
                            _ => return self.raises("quantile()"),
                        };
                        words.push(Word::Float(share));
                    }
                    _ => {}
                }
                self.only(&given, 1)?;
                let Ok(ddof) = usize::try_from(ddof) else { return self.unknown("std()", "with a ddof below zero") };
                let restarts = self.plan.pandas >= 3;
                if !matches!(name, "mean" | "sum" | "std" | "var" | "min" | "max" | "median" | "quantile" | "count") {
                    return self.unknown("a method of rolling", name.to_owned());
                }
                self.kernel("rolling", &[&column], &words, true, || {
                    let values = rolling::prepared(&values);
                    Data::floats(match name {
                        "mean" => rolling::mean(&values, window, least),
                        "sum" => rolling::sum(&values, window, least),
                        "std" => rolling::standard_deviation(&values, window, least, ddof, restarts),
                        "var" => rolling::variance(&values, window, least, ddof, restarts),
                        "min" => rolling::min(&values, window, least),
                        "max" => rolling::max(&values, window, least),
                        "median" => rolling::median(&values, window, least),
                        "quantile" => rolling::quantile(&values, window, least, share),
                        // Infinite values are counted, and without being told to no window is too short.
                        _ => rolling::count(
                            &column.data.as_floats().unwrap_or_default(),
                            window,
                            if told { least } else { 0 },
                        ),
                    })
                })
            }
        };
        Ok(Value::series(made, windowed.of.index.clone(), windowed.of.name.clone()))
    }

    /// A function of each window's rows: `roll_apply`.
    fn window_apply(
        &mut self,
        windowed: &Windowed,
        column: &Column,
        window: Window,
        least: usize,
        function: &Value<'a>,
        mut given: Given<'a>,
    ) -> Step<Value<'a>> {
        let raw = given.named("raw");
        self.only(&given, 1)?;
        let raw = self.bool_or(raw, false)?;
        let Window::Last(rows) = window else { return self.unknown("apply()", "of expanding windows") };
        let prepared = rolling::prepared(&column.data.as_floats().unwrap_or_default()).into_owned();
        let mut made = Vec::with_capacity(prepared.len());
        let before = (self.depends, self.findings.len());
        for at in 0..prepared.len() {
            let start = (at + 1).saturating_sub(rows);
            let part = &prepared[start..=at];
            let present = part.iter().filter(|x| !x.is_nan()).count();
            if present < least.max(1) || rows == 0 {
                made.push(f64::NAN);
                continue;
            }
            self.round()?;
            let part = Column { data: Data::floats(part.to_vec()), id: None, ahead: 0 };
            let argument =
                if raw { Value::array(part) } else { Value::series(part, windowed.of.index.span(start, at + 1), None) };
            let result = self.call_value(function, vec![argument], Vec::new())?;
            match result.number() {
                Some(number) => made.push(number.kind.float()),
                None => return self.unknown("apply()", format!("of a function that answers {}", result.kind())),
            }
        }
        // What a function does with the rows of its window is no look at all of them.
        self.findings.truncate(before.1);
        self.depends = before.0;
        let ahead = if column.ahead == EVER { EVER } else { column.ahead };
        let made = Column { data: Data::floats(made), id: None, ahead };
        Ok(Value::series(made, windowed.of.index.clone(), windowed.of.name.clone()))
    }
}
