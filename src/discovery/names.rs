use super::found::Strategy;
use std::collections::{BTreeMap, BTreeSet};

/// `MomentumTrader` → `momentum_trader`, `RSIBot` → `rsi_bot`, `MACDStrategy2` → `macd_strategy2`.
pub fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.trim_matches('_').chars().collect();
    let mut snake = String::new();
    for (at, &letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let after = letters.get(at + 1);
        let starts = letter.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || before.is_numeric()
                    || (before.is_uppercase() && after.is_some_and(|c| c.is_lowercase()))
            });
        if starts && !snake.ends_with('_') {
            snake.push('_');
        }
        if letter == '_' && snake.ends_with('_') {
            continue;
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// Gives every row a name of its own: the path is added where names are equal, then the qualified name,
/// the root's number, the line, and last, for classes of one name on one line, which of them it is.
pub fn distinguish(strategies: &mut [Strategy], roots: &[String]) {
    let by_path = |row: &Strategy| format!("{}@{}", row.name, row.path.strip_suffix(".py").unwrap_or(&row.path));
    retell(strategies, by_path);
    retell(strategies, |row| format!("{}:{}", row.name, if row.qualname.is_empty() { "file" } else { &row.qualname }));
    retell(strategies, |row| {
        let root = roots.iter().position(|root| *root == row.root).unwrap_or(0);
        format!("{}#{}", row.name, root + 1)
    });
    retell(strategies, |row| format!("{}:{}", row.name, row.line));
    number(strategies);
}

/// Numbers those whose names are still equal, in the order they stand in. A name that a row has already is left to it.
fn number(strategies: &mut [Strategy]) {
    let mut taken: BTreeSet<String> = strategies.iter().map(|row| row.name.clone()).collect();
    let mut seen = BTreeSet::new();
    for row in strategies {
        if !seen.insert(row.name.clone()) {
            let free = (2_u64..).map(|number| format!("{}.{number}", row.name)).find(|name| !taken.contains(name));
            row.name = free.unwrap_or_default();
            taken.insert(row.name.clone());
        }
    }
}

fn retell(strategies: &mut [Strategy], tell: impl Fn(&Strategy) -> String) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for row in strategies.iter() {
        *counts.entry(row.name.clone()).or_default() += 1;
    }
    for row in strategies {
        if counts.get(&row.name).is_some_and(|count| *count > 1) {
            row.name = tell(row);
        }
    }
}

/// Whether a name matches `*Strategy`, `Foo*`, `*Bar*` or `Exact`.
pub fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snake() {
        for (name, expected) in [
            ("MomentumTrader", "momentum_trader"),
            ("RSIBot", "rsi_bot"),
            ("MACDStrategy2", "macd_strategy2"),
            ("Strategy001", "strategy001"),
            ("EMA200Cross", "ema200_cross"),
            ("BBRSIStrategy", "bbrsi_strategy"),
            ("My_Strategy", "my_strategy"),
            ("_PrivateAlgo", "private_algo"),
            ("tradingBot", "trading_bot"),
            ("X", "x"),
            ("ÉtéBot", "été_bot"),
        ] {
            assert_eq!(snake_case(name), expected, "{name}");
        }
    }

    #[test]
    fn patterns() {
        assert!(matches("*Strategy", "RsiStrategy") && matches("*Strategy", "Strategy"));
        assert!(!matches("*Strategy", "StrategyResult"));
        assert!(matches("Alpha*", "AlphaOne") && matches("*One*", "AlphaOneX") && matches("Exact", "Exact"));
        assert!(!matches("Exact", "Exactly") && !matches("a*a", "a"));
    }
}
