//! What an answer means, one snippet per kind. Every case answers at the first two bars of three.

use super::seat::{NAN, Seat, assert_targets, class, on_bar};
use continuous_backtest::strategy::{FailureKind, Outcome, SellMeans, ZeroMeans};

/// Python expressions for the first two bars (the third is None), and the targets they mean.
const READ: &[(&str, &str, f64, f64)] = &[
    ("'buy'", "'sell'", 1.0, 0.0),
    ("'LONG'", "'Exit'", 1.0, 0.0),
    ("'enter'", "'close'", 1.0, 0.0),
    ("'enter_long'", "'exit_long'", 1.0, 0.0),
    ("' Enter-Long '", "'flat'", 1.0, 0.0),
    ("'short'", "'cover'", -1.0, 0.0),
    ("'ENTER_SHORT'", "'Hold'", -1.0, NAN),
    ("'wait'", "'NEUTRAL'", NAN, NAN),
    ("''", "'none'", NAN, NAN),
    ("'Signal.BUY'", "None", 1.0, NAN),
    ("1", "-1", 1.0, -1.0),
    ("0.25", "0", 0.25, 0.0),
    ("7", "-2.5", 1.0, -1.0),
    ("float('nan')", "-0.0", NAN, 0.0),
    ("True", "False", 1.0, 0.0),
    ("decimal.Decimal('0.5')", "fractions.Fraction(-1, 4)", 0.5, -0.25),
    ("Named.BUY", "Named.SELL", 1.0, 0.0),
    ("Named.HOLD", "Named.BUY", NAN, 1.0),
    ("Auto.SELL", "Auto.BUY", 0.0, 1.0),
    ("Word.UP", "Word.DOWN", 1.0, -1.0),
    ("Number.UP", "Number.HOLD", 1.0, NAN),
    ("Text.GO", "Text.STOP", 1.0, 0.0),
    ("{'action': 'buy'}", "{'signal': -1}", 1.0, -1.0),
    ("{'type': 'market', 'side': 'sell'}", "{'direction': Named.BUY}", 0.0, 1.0),
    ("{'signal_type': 'BUY', 'price': 3.0}", "Typed(Named.SELL)", 1.0, 0.0),
    ("'LONG_ENTRY'", "'close_position'", 1.0, 0.0),
    ("{'order_side': 'short'}", "{'target_position': 0.5}", -1.0, 0.5),
    ("{'decision': 'hold'}", "{}", NAN, NAN),
    ("{'recommendation': 'BUY', 'strength': 3}", "{'action': None}", 1.0, NAN),
    ("('buy', 0.9)", "(False, 'no reason')", 1.0, 0.0),
    ("(True, 'because')", "()", 1.0, NAN),
    ("Pair('x', 'sell')", "Pair('x', 'buy')", 0.0, 1.0),
    ("Order('buy')", "Order(Named.SELL)", 1.0, 0.0),
    ("Plain('short')", "Plain(None)", -1.0, NAN),
    ("['buy', 'sell']", "[]", 0.0, NAN),
    ("[{'action': 'buy'}]", "[Order('sell')]", 1.0, 0.0),
    ("{'signal': {'action': 'buy'}}", "None", 1.0, NAN),
];

const PRELUDE: &str = "
import collections, dataclasses, decimal, enum, fractions
class Named(enum.Enum):
    BUY = 1
    SELL = -1
    HOLD = 0
class Auto(enum.Enum):
    BUY = enum.auto()
    SELL = enum.auto()
class Word(enum.Enum):
    UP = 'long'
    DOWN = 'short'
class Text(str, enum.Enum):
    GO = 'buy'
    STOP = 'sell'
Pair = collections.namedtuple('Pair', 'symbol side')
@dataclasses.dataclass
class Order:
    action: object
    confidence: float = 0.5
@dataclasses.dataclass
class Typed:
    signal_type: Named
    price: float = 1.0
class Plain:
    def __init__(self, signal): self.signal = signal
";

const NUMBER: &str = "
class Number(enum.IntEnum):
    UP = 1
    HOLD = 0
";

fn answering(first: &str, second: &str) -> Seat {
    let number = if first.contains("Number") { NUMBER } else { "" };
    let body = format!(
        "def __init__(self): self.answers = iter([{first}, {second}, None])\ndef on_bar(self, bar): return next(self.answers)"
    );
    Seat::new(&format!("{PRELUDE}{number}{}", class(&body)), on_bar())
}

#[test]
fn answers_are_read_as_the_table_says() {
    for (first, second, one, two) in READ {
        println!("{first} then {second}");
        assert_targets(&answering(first, second).targets(3), &[*one, *two, NAN]);
    }
}

#[test]
fn sell_and_zero_mean_what_is_configured() {
    let meant = answering("'sell'", "0").with(|seat| seat.meaning.sell_means = SellMeans::Short);
    assert_targets(&meant.targets(3), &[-1.0, 0.0, NAN]);
    let meant = answering("0", "False").with(|seat| seat.meaning.zero_means = ZeroMeans::Hold);
    assert_targets(&meant.targets(3), &[NAN, 0.0, NAN]);
    let meant = answering("'exit'", "0.0").with(|seat| seat.meaning.sell_means = SellMeans::Short);
    assert_targets(&meant.targets(3), &[0.0, 0.0, NAN]);
}

#[test]
fn clipped_numbers_are_counted_and_confidence_is_recorded() {
    let Outcome::Ok(answers) = answering("5", "{'action': 'buy', 'confidence': 0.75}").outcome(3) else { panic!() };
    assert_eq!((answers.clipped, answers.confidence), (1, Some(0.75)));
    let Outcome::Ok(answers) = answering("('buy', 0.25)", "Order('buy')").outcome(3) else { panic!() };
    assert_eq!((answers.clipped, answers.confidence), (0, Some(0.375)));
}

#[test]
fn what_cannot_be_read_is_named_with_its_type_and_bar() {
    for (answer, part) in [
        ("'perhaps'", "'perhaps' (str)"),
        ("float('inf')", "inf"),
        ("-1e999", "-inf"),
        ("{'price': 3}", "{'price': 3} (dict)"),
        ("object()", "(object)"),
        ("Auto", "(EnumType)"),
        ("1j", "1j (complex)"),
        ("10**400", "(int)"),
        ("[[[[[[1]]]]]]", "nested"),
    ] {
        let failure = answering("None", answer).failure(3);
        assert_eq!((failure.kind, failure.bar), (FailureKind::Answer, Some(1)), "{answer}: {failure:?}");
        let part = if part == "(EnumType)" { "Auto" } else { part };
        assert!(failure.message.contains(part), "{failure:?}");
    }
}

#[test]
fn an_object_that_is_answered_again_and_changed_is_read_each_time() {
    let body = "
def __init__(self): self.answer = {'action': 'buy'}
def on_bar(self, bar):
    self.answer['action'] = 'buy' if bar.close < 3 else 'sell'
    return self.answer";
    assert_targets(&Seat::new(&class(body), on_bar()).targets(4), &[1.0, 1.0, 0.0, 0.0]);
}
