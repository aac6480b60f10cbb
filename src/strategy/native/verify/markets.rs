//! Short markets that make strategies do what they rarely do: the ground on which native code has to agree with
//! CPython. They are for agreement, not for judging a strategy, so nothing here has to look like a real market.

use crate::market::Series;
use crate::seed::Seed;
use rand::RngExt;

const DAY: i64 = 86_400_000_000;
/// 2019-01-01, UTC.
const START: i64 = 1_546_300_800_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Character {
    Walk,
    Rising,
    Falling,
    Swinging,
    Jumpy,
    Calm,
    Constant,
    Ticks,
    Tiny,
    Huge,
    Gaps,
    Steps,
}

impl Character {
    const ALL: [Self; 12] = [
        Self::Walk,
        Self::Rising,
        Self::Falling,
        Self::Swinging,
        Self::Jumpy,
        Self::Calm,
        Self::Constant,
        Self::Ticks,
        Self::Tiny,
        Self::Huge,
        Self::Gaps,
        Self::Steps,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Walk => "walk",
            Self::Rising => "rising",
            Self::Falling => "falling",
            Self::Swinging => "swinging",
            Self::Jumpy => "jumpy",
            Self::Calm => "calm",
            Self::Constant => "constant",
            Self::Ticks => "ticks",
            Self::Tiny => "tiny",
            Self::Huge => "huge",
            Self::Gaps => "gaps",
            Self::Steps => "steps",
        }
    }

    const fn start(self) -> f64 {
        match self {
            Self::Tiny => 3e-7,
            Self::Huge => 4e11,
            Self::Ticks => 7.0,
            _ => 100.0,
        }
    }
}

/// Up to three slices of the longest `real` markets, and those made from `seed`; a fixed number for fixed inputs.
/// Most have `bars` bars.
pub fn markets(real: &[Series], bars: usize, seed: Seed) -> Vec<Series> {
    let mut found: Vec<Series> = slices(real, bars);
    found.extend(Character::ALL.into_iter().map(|character| made(character, bars, seed)));
    for few in [1, 2, 7, 23] {
        found.push(Series { name: format!("gate/{few}"), ..made(Character::Walk, few, seed) });
    }
    found
}

/// An ordinary market to measure speed on.
pub fn practice(bars: usize) -> Series {
    made(Character::Walk, bars, Seed::new(0).child("practice"))
}

/// The end of one market, the start of another, the middle of a third.
fn slices(real: &[Series], bars: usize) -> Vec<Series> {
    let mut longest: Vec<&Series> = real.iter().filter(|series| !series.is_empty()).collect();
    longest.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.name.cmp(&b.name)));
    (0..3.min(if longest.is_empty() { 0 } else { 3 }))
        .map(|part| {
            let series = longest[part % longest.len()];
            let length = series.len().min(bars);
            let start = [series.len() - length, 0, (series.len() - length) / 2][part];
            series.slice(start..start + length)
        })
        .collect()
}

fn made(character: Character, bars: usize, seed: Seed) -> Series {
    let mut rng = seed.child(character.name()).rng();
    // Sum of four uniforms: bell-shaped enough, and the same on every platform.
    let mut noise = move || (0..4).map(|_| rng.random::<f64>() - 0.5).sum::<f64>() * 1.7;
    let mut series =
        Series { name: format!("gate/{}", character.name()), periods_per_year: 252.0, ..Series::default() };
    let (mut close, mut time, mut calm) = (character.start(), START, 0);
    for bar in 0..bars {
        let wave = (bar as f64 / 17.0).sin();
        let drift = match character {
            Character::Walk | Character::Ticks | Character::Tiny | Character::Huge => 0.015 * noise(),
            Character::Rising => 0.006 + 0.01 * noise(),
            Character::Falling => -0.006 + 0.01 * noise(),
            Character::Swinging | Character::Gaps => 0.02 * wave + 0.004 * noise(),
            Character::Jumpy if bar % 13 == 5 => 0.12 * noise(),
            Character::Jumpy => 0.01 * noise(),
            Character::Calm => 1e-5 * noise(),
            Character::Constant => 0.0,
            Character::Steps => {
                calm = (calm + 1) % 9;
                if calm == 0 { 0.05 * noise() } else { 0.0 }
            }
        };
        let before = close;
        close *= (1.0 + drift).max(0.2);
        let mut open = if character == Character::Gaps { before * (1.0 + 0.02 * noise()) } else { before };
        if character == Character::Ticks {
            // Few different prices: equal closes, equal highs, exact ties.
            close = (close * 4.0).round().max(1.0) / 4.0;
            open = (open * 4.0).round().max(1.0) / 4.0;
        }
        let still = matches!(character, Character::Constant | Character::Ticks);
        let spread = if still { 0.0 } else { 0.004 * noise().abs() };
        series.timestamp.push(time);
        series.open.push(open);
        series.high.push(open.max(close) * (1.0 + spread));
        series.low.push(open.min(close) * (1.0 - spread));
        series.close.push(close);
        let volume = if character == Character::Constant { 0.0 } else { (1e6 * (1.0 + noise().abs())).round() };
        series.volume.push(volume);
        let weekend = bar % 5 == 4;
        time += DAY
            * if character == Character::Gaps && bar % 31 == 30 {
                11
            } else if weekend {
                3
            } else {
                1
            };
    }
    series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_market_is_sound_and_the_same_each_time() {
        let seed = Seed::new(7);
        let found = markets(&[], 300, seed);
        assert_eq!(found.len(), 16);
        for series in &found {
            assert_eq!(series.check(), Ok(()), "{}", series.name);
        }
        assert_eq!(found, markets(&[], 300, seed));
        assert_ne!(found, markets(&[], 300, Seed::new(8)));
        let ticks = found.iter().find(|series| series.name == "gate/ticks").unwrap();
        assert!(ticks.close.windows(2).filter(|pair| pair[0] == pair[1]).count() > 20);
    }

    #[test]
    fn real_bars_come_from_three_places() {
        let real = made(Character::Walk, 1000, Seed::new(1));
        let found = slices(std::slice::from_ref(&real), 300);
        assert_eq!(
            found.iter().map(|part| part.timestamp[0]).collect::<Vec<_>>(),
            [700, 0, 350].map(|bar| real.timestamp[bar])
        );
        assert_eq!(slices(&[], 300).len(), 0);
    }
}
