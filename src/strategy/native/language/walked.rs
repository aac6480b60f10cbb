//! Which loops the interpreter goes through in one step, said by short classes.

use super::held::walks;

fn class(body: &str) -> String {
    format!(
        "from collections import deque\n\n\nclass CaseStrategy:\n    def __init__(self, period=5):\n        \
         self.period = period\n        self.closes = deque(maxlen=period)\n\n    def on_bar(self, bar):\n        \
         self.closes.append(bar.close)\n        average = sum(self.closes) / len(self.closes)\n        {}\n        \
         return 1 if total > bar.close else -1\n",
        body.replace('\n', "\n        ")
    )
}

#[test]
fn loops_that_add_up_are_walked() {
    for body in [
        "total = 0.0\nfor close in self.closes:\n    total += (close - average) ** 2",
        "total = 0.0\nfor close in list(self.closes)[-3:]:\n    change = close / average - 1.0\n    total += abs(change) * 100",
        "total = square = 0.0\nfor close in self.closes:\n    total += close\n    square += close * close",
    ] {
        assert_eq!(walks(&class(body)), 1, "{body}");
    }
}

/// A compensated sum, as Python 3.12 makes it, has two branches.
#[test]
fn plain_sums_of_a_generator_are_walked() {
    let body = "total = sum((close - average) ** 2 for close in self.closes)";
    assert_eq!(walks(&class(body)), usize::from(super::oracle::version() < (3, 12)));
}

#[test]
fn rounds_with_a_choice_are_not() {
    for body in [
        "total = 0.0\nfor close in self.closes:\n    if close > average:\n        total += close",
        "total = 0.0\nfor close in self.closes:\n    total = max(total, close)",
        "total = 1.0\nfor close in self.closes:\n    total = total * 0.9 + close",
    ] {
        assert_eq!(walks(&class(body)), 0, "{body}");
    }
}
