//! What the words and fields of an answer are called; the worker's host (`worker/host/answers.py`) has the same lists.

/// Be long.
pub const LONG: [&str; 10] = [
    "buy",
    "long",
    "enter",
    "enter_long",
    "go_long",
    "open_long",
    "long_entry",
    "entry_long",
    "strong_buy",
    "buy_signal",
];
/// Be flat.
pub const LEAVE: [&str; 14] = [
    "exit",
    "close",
    "exit_long",
    "exit_short",
    "long_exit",
    "short_exit",
    "close_long",
    "close_short",
    "close_position",
    "exit_position",
    "close_all",
    "flat",
    "cover",
    "buy_to_cover",
];
/// Be short.
pub const SHORT: [&str; 7] =
    ["short", "enter_short", "go_short", "open_short", "short_entry", "entry_short", "sell_short"];
/// As before.
pub const HOLD: [&str; 12] = [
    "hold",
    "wait",
    "none",
    "neutral",
    "",
    "no_action",
    "no_signal",
    "no_trade",
    "do_nothing",
    "nothing",
    "stay",
    "skip",
];
/// Be flat or short, as the class means it.
pub const SELL: [&str; 3] = ["sell", "strong_sell", "sell_signal"];
/// Fields of a dict or an object that say what to do, the first that can be read counts.
pub const ACTIONS: [&str; 16] = [
    "action",
    "signal",
    "signal_type",
    "action_type",
    "trade_signal",
    "type",
    "side",
    "order_side",
    "direction",
    "decision",
    "recommendation",
    "target",
    "target_position",
    "target_exposure",
    "target_weight",
    "position",
];
/// Fields that say how sure an answer is.
pub const CONFIDENCES: [&str; 2] = ["confidence", "strength"];

/// Whether the word is read as a target exposure, or as holding.
pub fn is_known(word: &str) -> bool {
    [&LONG[..], &LEAVE, &SHORT, &HOLD, &SELL].iter().any(|words| words.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of `NAME = (…)` in the host's own text.
    fn host(name: &str) -> Vec<String> {
        let text = include_str!("worker/host/answers.py");
        let start = text.find(&format!("\n{name} = (")).unwrap() + 1;
        let list = &text[start..start + text[start..].find(')').unwrap()];
        list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn words_are_the_hosts() {
        for (name, words) in [
            ("LONG", &LONG[..]),
            ("LEAVE", &LEAVE[..]),
            ("SHORT", &SHORT[..]),
            ("HOLD", &HOLD[..]),
            ("SELL", &SELL[..]),
            ("ACTIONS", &ACTIONS[..]),
            ("CONFIDENCES", &CONFIDENCES[..]),
        ] {
            assert_eq!(host(name), words, "{name}");
        }
    }
}
