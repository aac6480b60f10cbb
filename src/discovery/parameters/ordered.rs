use crate::discovery::found::Parameter;

const PAIRS: [(&str, &str); 7] = [
    ("fast", "slow"),
    ("short", "long"),
    ("lower", "upper"),
    ("oversold", "overbought"),
    ("min", "max"),
    ("low", "high"),
    ("fastest", "slowest"),
];

/// Marks pairs of one strategy that have to stay in order, where the values in force are.
pub fn order(parameters: &mut [Parameter]) {
    for at in 0..parameters.len() {
        let Some(value) = parameters[at].default.as_f64() else { continue };
        let name = parameters[at].name.clone();
        let greater = PAIRS.iter().find_map(|(small, great)| {
            let swapped = swap_word(&name, small, great)?;
            parameters.iter().find(|other| other.name == swapped)
        });
        if let Some(greater) = greater
            && greater.default.as_f64().is_some_and(|other| value < other)
            && parameters[at].range.is_some()
        {
            parameters[at].below = Some(greater.name.clone());
        }
    }
}

/// `ema_fast_period` → `ema_slow_period`; `fastlen` → `slowlen`.
fn swap_word(name: &str, small: &str, great: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    let whole = lower.split('_').any(|part| part == small);
    let glued = small.len() > 3 && (lower.starts_with(small) || lower.ends_with(small));
    (whole || glued).then(|| lower.replacen(small, great, 1))
}

#[cfg(test)]
mod tests {
    use super::swap_word;

    #[test]
    fn words_are_swapped_whole() {
        assert_eq!(swap_word("ema_fast_period", "fast", "slow").as_deref(), Some("ema_slow_period"));
        assert_eq!(swap_word("fastperiod", "fast", "slow").as_deref(), Some("slowperiod"));
        assert_eq!(swap_word("admin", "min", "max"), None);
        assert_eq!(swap_word("breakfast", "short", "long"), None);
    }
}
