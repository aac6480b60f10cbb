"""Follows an entry to the letter: which method is called with what, bar after bar."""

from itertools import chain

getrefcount = getattr(sys, "getrefcount", None)
AT_ONCE = ("vectorised", "data_in_constructor")


class Again(Exception):
    """The caller learnt something about the class and has to begin this set anew."""


class Held:
    """The exposure in force and the close at which it was taken."""

    def __init__(self, closes):
        self.closes, self.target, self.side, self.entry = closes, 0.0, 0, None

    def take(self, bar, target):
        if target == target:
            side = (target > 0.0) - (target < 0.0)
            if side != self.side:
                self.entry = self.closes[bar] if side else None
            self.target, self.side = target, side


class Caller:
    def __init__(self, entry, reader):
        self.entry, self.reader = entry, reader
        # A class that keeps or changes the growing list it was given gets a list of its own at every bar.
        self.own_lists = getrefcount is None
        # Answers such as dicts cannot be looked up.
        self.hashable = True

    def run(self, strategy, market, data):
        """Targets, one per bar. An error leaves with `bar` set where it is known."""
        self.bar, self.out, self.asks = None, [], False
        self.reader.begin()
        protocol = self.entry["protocol"]
        self.features = self._prepared(strategy, market) if self.entry["prepare"] else None
        if protocol in AT_ONCE:
            return self._at_once(strategy, market, data)
        if protocol == "enter_exit":
            return self._enter_exit(strategy, market)
        arguments = self.entry["arguments"]
        if self.entry["exit"] or any(argument["kind"] in ("position", "entry_price") for argument in arguments):
            return self._tracked(strategy, market)
        return self._plain(strategy, market)

    def happened_at(self):
        return self.bar if self.bar is not None else len(self.out) if self.out is not None else None

    def _at_once(self, strategy, market, frame):
        """One call that answers for every bar."""
        self.out = None
        arguments = []
        for argument in self.entry["arguments"]:
            value, is_frame = self._whole(argument, market)
            frame = value if is_frame else frame
            arguments.append(value)
        answer = getattr(strategy, self.entry["method"])(*arguments)
        return vector(self.reader, answer, market, self.entry["column"], frame)

    def _whole(self, argument, market):
        kind, shape = argument["kind"], argument.get("shape")
        if kind == "window":
            return market.whole(shape), shape == "frame"
        if kind == "column_window":
            return list(market.field(shape)), False
        if kind == "symbol":
            return market.symbol, False
        if kind == "index":
            return market.count - 1, False
        if kind == "position":
            return 0, False
        if kind == "entry_price":
            return None, False
        if kind == "feature_frame" and self.features is not None:
            result = self.features.result
            return result, _is_frame(result)
        raise Unreadable("a %s entry cannot be given %s" % (self.entry["protocol"], kind))

    def _prepared(self, strategy, market):
        self.out = None
        name, arguments = self.entry["prepare"]
        given, frame = [], None
        for argument in arguments:
            value, is_frame = self._whole(argument, market)
            frame = value if is_frame else frame
            given.append(value)
        result = getattr(strategy, name)(*given)
        features = Features(name, frame if result is None else result, market)
        self.asks = self.entry["protocol"] not in AT_ONCE and self._asks_for_features()
        if self.asks:
            features.places()
        self.out = []
        return features

    def _at(self, argument, market, held):
        """bar -> the argument's value at that bar."""
        kind, shape = argument["kind"], argument.get("shape")
        if kind == "bar":
            return market.bars(shape).__getitem__
        if kind == "field":
            return market.field(shape).__getitem__
        if kind == "window":
            return market.window(shape)
        if kind == "column_window":
            column = market.field(shape)
            return lambda bar: column[: bar + 1]
        if kind == "index":
            return lambda bar: bar
        if kind == "symbol":
            return lambda bar: market.symbol
        if kind == "position":
            return lambda bar: held.side
        if kind == "entry_price":
            return lambda bar: held.entry
        if self.features is None:
            raise Unreadable("the entry asks for %s but names no feature step" % kind)
        if kind == "feature_frame":
            return self.features.window()
        rows = self.features.rows()
        if kind == "feature_row":
            return rows.__getitem__
        return lambda bar: rows[bar - 1] if bar else None

    def _each(self, argument, market):
        """The argument's values bar after bar, as cheap as they come."""
        kind, shape = argument["kind"], argument.get("shape")
        if kind == "bar":
            return market.bars(shape)
        if kind == "field":
            return market.field(shape)
        if kind == "index":
            return range(market.count)
        if kind == "symbol":
            return repeat(market.symbol)
        if kind == "column_window" and not self.own_lists:
            return self._growing(market.field(shape))
        if kind == "window" and shape.startswith("list_") and not self.own_lists:
            return self._growing(market.column_of(shape))
        if kind == "feature_row":
            return self.features.rows()
        if kind == "previous_feature_row":
            return chain([None], self.features.rows())
        return map(self._at(argument, market, None), range(market.count))

    def _growing(self, values):
        """One list that grows, as long as nobody but the call holds or changes it."""
        window, count = [], 0
        append, references = window.append, getrefcount(window)
        for value in values:
            append(value)
            count += 1
            yield window
            if getrefcount(window) > references or len(window) != count or window[-1] is not value:
                self.own_lists = True
                raise Again

    def _plain(self, strategy, market):
        method, out = getattr(strategy, self.entry["method"]), self.out
        if self.asks and self.features.has_gaps():
            return self._gaps(method, market)
        iterables = [self._each(argument, market) for argument in self.entry["arguments"]]
        calls = map(method, *iterables) if iterables else (method() for _ in range(market.count))
        if self.hashable:
            try:
                out.extend(map(self.reader.__getitem__, calls))
            except TypeError:
                # The class's own error, or an answer that cannot be looked up: asking again tells which.
                self.hashable = False
                raise Again from None
        else:
            read = self.reader.read
            for answer in calls:
                out.append(read(answer))
        # A shorter iterable would end the calls early.
        if len(out) != market.count:
            raise WrongLength("only %d of %d bars were asked" % (len(out), market.count))
        return out

    def _gaps(self, method, market):
        suppliers = [self._at(argument, market, None) for argument in self.entry["arguments"]]
        for self.bar, silent in enumerate(self._silent(market)):
            self.out.append(NAN if silent else self.reader.read(method(*[at(self.bar) for at in suppliers])))
        return self.out

    def _asks_for_features(self):
        leaves = self.entry["exit"][1] if self.entry["exit"] else []
        return any(argument["kind"].endswith(("feature_row", "feature_frame")) for argument in self.entry["arguments"] + leaves)

    def _silent(self, market):
        """Whether there is nothing to ask at a bar, one flag per bar."""
        return [place is None for place in self.features.places()] if self.asks else repeat(False, market.count)

    def _tracked(self, strategy, market):
        held = Held(market.field("close"))
        method, ask = self._bound(strategy, self.entry["method"], self.entry["arguments"], market, held)
        leaves = self._leave(strategy, market, held)
        read, out = self.reader.read, self.out
        for bar, silent in enumerate(self._silent(market)):
            self.bar = bar
            if silent:
                out.append(NAN)
                continue
            leave = leaves is not None and held.side != 0 and leaves(bar)
            target = read(method(*[at(bar) for at in ask]))
            # The exit decides unless the method itself asks for something new at this bar.
            if leave and (target != target or target == held.target):
                target = 0.0
            held.take(bar, target)
            out.append(target)
        return out

    def _enter_exit(self, strategy, market):
        held = Held(market.field("close"))
        method, ask = self._bound(strategy, self.entry["method"], self.entry["arguments"], market, held)
        leaves = self._leave(strategy, market, held)
        read, out = self.reader.read, self.out
        for bar, silent in enumerate(self._silent(market)):
            self.bar = bar
            if silent:
                out.append(NAN)
                continue
            if leaves is None:
                target = read(method(*[at(bar) for at in ask]))
            elif held.side == 0:
                answer = method(*[at(bar) for at in ask])
                target = read(answer)
                # Not entering is no order.
                target = target if target else NAN
            else:
                target = 0.0 if leaves(bar) else NAN
            held.take(bar, target)
            out.append(target)
        return out

    def _bound(self, strategy, name, arguments, market, held):
        return getattr(strategy, name), [self._at(argument, market, held) for argument in arguments]

    def _leave(self, strategy, market, held):
        """bar -> whether the exit asks to leave: True, a word that leaves, or the like in a tuple or dict."""
        if not self.entry["exit"]:
            return None
        name, arguments = self.entry["exit"]
        method, ask = self._bound(strategy, name, arguments, market, held)

        def leaves(bar):
            return self._leaves(method(*[at(bar) for at in ask]), held)

        return leaves

    def _leaves(self, answer, held):
        if isinstance(answer, tuple) and not hasattr(answer, "_fields") and answer:
            answer = answer[0]
        if isinstance(answer, dict):
            for name in ("exit", "should_exit", "close", "leave"):
                if name in answer:
                    answer = answer[name]
                    break
        if answer is None:
            return False
        if isinstance(answer, bool) or type(answer).__module__ == "numpy" and type(answer).__name__ in ("bool_", "bool"):
            return bool(answer)
        if isinstance(answer, numbers.Real):
            return answer == answer and answer != 0
        target = self.reader.read(answer)
        return target == target and target * held.side <= 0.0
