"""Answers that cover the whole series at once: one value per bar, or columns that enter and leave."""

PAIRS = (
    ("buy", "sell"), ("buy_signal", "sell_signal"), ("buy_signals", "sell_signals"), ("entry", "exit"),
    ("entries", "exits"), ("enter_long", "exit_long"), ("long_entry", "long_exit"), ("enter", "exit"),
)
SHORT_PAIRS = (("enter_short", "exit_short"), ("short_entry", "short_exit"))


def vector(reader, answer, market, wanted, given):
    """Targets, one per bar. `given` is the frame that was passed: a class may write its column there."""
    count = market.count
    if answer is None and given is not None:
        answer = given
    if isinstance(answer, tuple) and len(answer) != count:
        if len(answer) == 2 and all(_length(part) == count for part in answer) and not _is_frame(answer[0]):
            return _pair(reader, answer[0], answer[1], count)
        if answer and (_is_frame(answer[0]) or _length(answer[0]) == count):
            answer = answer[0]
    if hasattr(answer, "__next__"):
        answer = list(answer)
    length = _length(answer)
    if length is None or length == count:
        return _read_all(reader, answer, count, wanted)
    bars = _bars_of(answer, market)
    if bars is None and given is not None and length == _length(given):
        bars = _bars_of(given, market)
    if bars is None:
        return _read_all(reader, answer, count, wanted)
    # Bars without a row (a warm-up that was dropped, say) are as before.
    targets = [NAN] * count
    for bar, target in zip(bars, _read_all(reader, answer, length, wanted)):
        targets[bar] = target
    return targets


def _read_all(reader, answer, count, wanted):
    if _is_frame(answer):
        return _columns(reader, answer, list(answer.columns), count, wanted)
    if isinstance(answer, dict):
        return _columns(reader, answer, list(answer), count, wanted)
    return _values(reader, answer, count)


def _bars_of(value, market):
    """The bar of each row, by its time. None where the rows do not say, or say what is no bar."""
    index = getattr(value, "index", None)
    if type(index).__name__ != "DatetimeIndex" or index.tz is not None or not index.is_unique:
        return None
    bars = market.stamps().get_indexer(index).tolist()
    return None if -1 in bars else bars


def _is_frame(value):
    return hasattr(value, "columns") and hasattr(value, "iloc")


def _length(value):
    if isinstance(value, (str, bytes, dict)) or not hasattr(value, "__len__"):
        return None
    try:
        return len(value)
    except TypeError:
        return None


def _columns(reader, answer, columns, count, wanted):
    names = {name.lower(): name for name in reversed(columns) if isinstance(name, str)}
    column = reader.column(columns, wanted)
    if column is not None:
        return _values(reader, answer[column], count)
    targets = None
    for enter, leave in PAIRS:
        if enter in names:
            empty = [False] * count
            targets = _pair(reader, answer[names[enter]], answer[names[leave]] if leave in names else empty, count)
            break
    for enter, leave in SHORT_PAIRS:
        if enter in names:
            empty = [False] * count
            shorts = _pair(reader, answer[names[enter]], answer[names[leave]] if leave in names else empty, count, -1.0)
            # A bar that enters long keeps that; a bar that leaves one side may enter the other.
            targets = shorts if targets is None else [
                short if long != long or (long == 0.0 and short == -1.0) else long for long, short in zip(targets, shorts)]
            break
    if targets is None:
        known = "signal, signals, position, positions, target, buy/sell, entry/exit, enter_long/exit_long"
        raise Unreadable("the answer has the columns %s, and none of %s" % (shorten(repr(columns), 400), known))
    return targets


def _pair(reader, enter, leave, count, entered=1.0):
    left = reader.words["sell"] if entered > 0.0 else 0.0
    enter, leave = _flags(enter, count), _flags(leave, count)
    return [entered if go else left if stop else NAN for go, stop in zip(enter, leave)]


def _flags(values, count):
    _measure(values, count)
    # NaN is not a signal, though it is true.
    return [bool(value) and value == value for value in _plain(values)]


def _measure(values, count):
    length = _length(values)
    if length is None:
        raise Unreadable("answered %s, expected one answer for each of the %d bars" % (show(values), count))
    if length != count:
        raise WrongLength("answered %d values for %d bars" % (length, count))


def _plain(values):
    if hasattr(values, "dtype") and getattr(values, "ndim", 1) == 2:
        if values.shape[1] != 1:
            raise Unreadable("answered an array of shape %r, expected one answer per bar" % (values.shape,))
        values = values.ravel()
    return values.tolist() if hasattr(values, "tolist") else list(values)


def _values(reader, values, count):
    _measure(values, count)
    targets = []
    try:
        read = reader.read
        for value in _plain(values):
            targets.append(value if type(value) is float and 0.0 < value <= 1.0 else read(value))
    except Unreadable as error:
        error.bar = len(targets) if error.bar is None else error.bar
        raise
    return targets
