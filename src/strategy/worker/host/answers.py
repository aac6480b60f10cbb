"""What an answer means: a target exposure in [-1, 1], or NaN for "as before"."""

import numbers

NAN = float("nan")
LONG = (
    "buy", "long", "enter", "enter_long", "go_long", "open_long", "long_entry", "entry_long", "strong_buy", "buy_signal",
)
LEAVE = (
    "exit", "close", "exit_long", "exit_short", "long_exit", "short_exit", "close_long", "close_short", "close_position",
    "exit_position", "close_all", "flat", "cover", "buy_to_cover",
)
SHORT = ("short", "enter_short", "go_short", "open_short", "short_entry", "entry_short", "sell_short")
HOLD = (
    "hold", "wait", "none", "neutral", "", "no_action", "no_signal", "no_trade", "do_nothing", "nothing", "stay", "skip",
)
SELL = ("sell", "strong_sell", "sell_signal")
ACTIONS = (
    "action", "signal", "signal_type", "action_type", "trade_signal", "type", "side", "order_side", "direction", "decision",
    "recommendation", "target", "target_position", "target_exposure", "target_weight", "position",
)
CONFIDENCES = ("confidence", "strength")
LEARNT = 4096
ABSENT = object()
DEPTH = 4


def is_member(value):
    enum = LOADED.get("enum")
    return enum is not None and isinstance(value, enum.Enum)


class Reader(dict):
    """Answer -> target. What was read once is looked up; a miss is read at the moment of the call."""

    def __init__(self, meaning, column):
        super().__init__()
        self.wanted = column
        self.zero = NAN if meaning["zero_means"] == "hold" else 0.0
        sell = -1.0 if meaning["sell_means"] == "short" else 0.0
        self.words = {word: 1.0 for word in LONG}
        self.words.update({word: 0.0 for word in LEAVE})
        self.words.update({word: -1.0 for word in SHORT})
        self.words.update({word: NAN for word in HOLD})
        self.words.update({word: sell for word in SELL})
        for word, target in self.words.items():
            for form in (word, word.upper(), word.capitalize()):
                self[form] = target
        self[None] = NAN
        self.plain = {1: 1.0, -1: -1.0}
        if self.zero == 0.0:
            self.plain[0] = 0.0
        self.update(self.plain)
        self.begin()

    def begin(self):
        self.clipped = self.confident = 0
        self.confidence = 0.0

    def distrust_numbers(self):
        """An IntEnum's member is equal to its number but may be called HOLD."""
        for number in self.plain:
            self.pop(number, None)

    def __missing__(self, answer):
        if type(answer) is float and (0.0 < answer <= 1.0 or -1.0 <= answer < 0.0):
            return answer
        target = self.read(answer)
        if (isinstance(answer, str) or is_member(answer)) and not isinstance(answer, numbers.Real) and len(self) < LEARNT:
            self[answer] = target
        return target

    def number(self, value):
        try:
            value = float(value)
        except OverflowError:
            raise Unreadable("answered %s, which is no target exposure" % show(value)) from None
        if value == 0.0:
            return self.zero
        if -1.0 <= value <= 1.0 or value != value:
            return value
        if value in (float("inf"), float("-inf")):
            raise Unreadable("answered %r, a target exposure has to be finite" % value)
        self.clipped += 1
        return 1.0 if value > 0.0 else -1.0

    def word(self, text):
        """None where the word is not known."""
        text = text[:64].strip().lower().rpartition(".")[2]
        return self.words.get(text.replace("-", "_").replace(" ", "_"))

    def read(self, answer, depth=0):
        kind = type(answer)
        if kind is float or kind is int:
            return self.number(answer)
        if kind is str and answer in self:
            return self[answer]
        if kind is dict and depth < DEPTH:
            return self.container(answer, depth)
        if answer is None or kind.__name__ in ("NAType", "NaTType"):
            return NAN
        if kind is bool or kind.__name__ in ("bool_", "bool") and kind.__module__ == "numpy":
            return 1.0 if answer else 0.0
        if is_member(answer):
            return self.member(answer)
        if isinstance(answer, str):
            target = self.word(str.__str__(answer))
            if target is None:
                raise Unreadable("answered %s, which is no known action" % show(answer))
            return target
        if isinstance(answer, numbers.Real) or kind.__module__ == "decimal":
            return self.number(answer)
        if depth < DEPTH:
            return self.container(answer, depth)
        raise Unreadable("answered %s, nested too deep to read" % show(answer))

    def member(self, answer):
        """The word of its value, else of its name, else its number where that is an exposure."""
        value = answer.value
        for text in (value, answer.name):
            target = self.word(text) if isinstance(text, str) else None
            if target is not None:
                return target
        if isinstance(value, numbers.Real) and -1.0 <= value <= 1.0:
            return self.number(value)
        raise Unreadable("answered %s, whose name and value are no known action" % show(answer))

    def container(self, answer, depth):
        if isinstance(answer, dict):
            return self.fields(answer, answer.get, bool(answer), depth)
        if isinstance(answer, tuple) and hasattr(answer, "_fields"):
            return self.fields(answer, lambda name, absent: getattr(answer, name, absent), True, depth)
        if isinstance(answer, tuple):
            if not answer:
                return NAN
            if len(answer) > 1 and type(answer[1]) in (float, int):
                self.confide(answer[1])
            return self.read(answer[0], depth + 1)
        if isinstance(answer, list):
            return self.read(answer[-1], depth + 1) if answer else NAN
        if hasattr(answer, "iloc") and hasattr(answer, "columns"):
            if not len(answer):
                return NAN
            return _columns(self, answer, list(answer.columns), len(answer), self.wanted)[-1]
        if hasattr(answer, "iloc"):
            return self.read(answer.iloc[-1], depth + 1) if len(answer) else NAN
        if hasattr(answer, "dtype") and hasattr(answer, "ravel"):
            flat = answer.ravel()
            return self.read(flat[-1].item(), depth + 1) if len(flat) else NAN
        return self.fields(answer, lambda name, absent: getattr(answer, name, absent), True, depth)

    def fields(self, answer, get, filled, depth):
        """The first field with a readable action; an order's `type: market` does not hide its side."""
        seen, blank = None, False
        for name in ACTIONS:
            value = get(name, ABSENT)
            if value is ABSENT:
                continue
            if value is None:
                blank = True
                continue
            if callable(value) and not is_member(value):
                continue
            try:
                target = self.read(value, depth + 1)
            except Unreadable as error:
                seen = seen or error
                continue
            for name in CONFIDENCES:
                value = get(name, ABSENT)
                if value is not ABSENT:
                    self.confide(value)
            return target
        if seen is not None:
            raise seen
        if blank or not filled:
            return NAN
        raise Unreadable("answered %s, which has none of %s" % (show(answer), ", ".join(ACTIONS)))

    def confide(self, value):
        if isinstance(value, numbers.Real) and not isinstance(value, bool) and -1e300 < value < 1e300:
            self.confidence += float(value)
            self.confident += 1

    @staticmethod
    def column(columns, wanted):
        if wanted is not None:
            if wanted in columns:
                return wanted
            raise Unreadable("the answer has no column %r, only %s" % (wanted, shorten(repr(columns), 400)))
        names = {name.lower(): name for name in reversed(columns) if isinstance(name, str)}
        for name in ("signal", "signals", "position", "positions", "target"):
            if name in names:
                return names[name]
        return None
