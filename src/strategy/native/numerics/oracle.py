"""Answers of this interpreter, for the tests. A line is a name and words of 64 bits in hexadecimal, its answer one
word, or `-` where Python raises."""

import math
import statistics
import struct
import sys


def float_of(word):
    return struct.unpack("<d", struct.pack("<Q", int(word, 16)))[0]


def int_of(word):
    return struct.unpack("<q", struct.pack("<Q", int(word, 16)))[0]


def neumaier(values):
    if sys.version_info >= (3, 12):
        return float(sum(values))
    # Python/bltinmodule.c of 3.12
    if not values:
        return 0.0
    total, compensation = 0.0 + values[0], 0.0
    for x in values[1:]:
        following = total + x
        compensation += (total - following) + x if abs(total) >= abs(x) else (x - following) + total
        total = following
    if compensation and math.isfinite(compensation):
        total += compensation
    return total


def ordered(values):
    if sys.version_info < (3, 12):
        return float(sum(values))
    total = 0.0
    for x in values:
        total += x
    return total


def power(x, y):
    answer = x**y
    if isinstance(answer, complex):
        raise ValueError("complex")
    return answer


LISTS = {
    "sum.ordered": ordered,
    "sum.neumaier": neumaier,
    "min": min,
    "max": max,
    "fsum": math.fsum,
    "fmean": statistics.fmean,
    "statistics.mean": statistics.mean,
    "statistics.median": statistics.median,
    "statistics.stdev": statistics.stdev,
    "statistics.pstdev": statistics.pstdev,
    "statistics.variance": statistics.variance,
    "statistics.pvariance": statistics.pvariance,
}
PAIRS = {
    "float.pow": power,
    "float.floordiv": lambda x, y: x // y,
    "float.mod": lambda x, y: x % y,
    "float.div": lambda x, y: x / y,
    "float.atan2": math.atan2,
    "float.copysign": math.copysign,
}
INTS = {"int.floordiv": lambda x, y: x // y, "int.mod": lambda x, y: x % y}
SINGLES = {
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": math.log,
    "log2": math.log2,
    "log10": math.log10,
    "log1p": math.log1p,
    "expm1": math.expm1,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "atan": math.atan,
    "tanh": math.tanh,
    "floor": math.floor,
    "ceil": math.ceil,
    "trunc": int,
    "round": round,
}

if "numpy" in sys.argv:
    import warnings

    import numpy

    warnings.simplefilter("ignore")
    for ddof in 0, 1:
        LISTS[f"numpy.var:{ddof}"] = lambda values, ddof=ddof: numpy.var(values, ddof=ddof)
        LISTS[f"numpy.std:{ddof}"] = lambda values, ddof=ddof: numpy.std(values, ddof=ddof)
    LISTS["numpy.sum"] = numpy.sum
    LISTS["numpy.mean"] = numpy.mean
    LISTS["numpy.min"] = numpy.min
    LISTS["numpy.max"] = numpy.max
    LISTS["numpy.median"] = numpy.median
    LISTS["numpy.quantile"] = lambda values: numpy.quantile(values[1:], values[0])

    try:
        import pandas
    except ImportError:
        pandas = None

    def last(frame):
        return float(frame.iloc[-1])

    # The last row of a running result holds whatever went wrong before it.
    for window, least in (1, 1), (3, 3), (5, 1), (20, 20), (0, 0):
        for of in "sum", "mean", "std", "var", "min", "max", "median", "count":
            LISTS[f"pandas.{of}:{window}:{least}"] = lambda values, of=of, window=window, least=least: last(
                getattr(pandas.Series(values, dtype=float).rolling(window, min_periods=least), of)()
            )
        LISTS[f"pandas.quantile:{window}:{least}"] = lambda values, window=window, least=least: last(
            pandas.Series(values, dtype=float).rolling(window, min_periods=least).quantile(0.3)
        )
    for of in "sum", "mean", "std", "min", "max":
        LISTS[f"pandas.{of}:all:1"] = lambda values, of=of: last(getattr(pandas.Series(values, dtype=float).expanding(), of)())
    for com in 0.5, 1.0, 4.5:
        for adjust in False, True:
            for of in "mean", "std", "var":
                LISTS[f"pandas.ewm.{of}:{com}:{adjust}"] = lambda values, of=of, com=com, adjust=adjust: last(
                    getattr(pandas.Series(values, dtype=float).ewm(com=com, adjust=adjust), of)()
                )


def answer(name, words):
    if name in LISTS:
        return LISTS[name]([float_of(word) for word in words])
    if name in PAIRS:
        return PAIRS[name](*map(float_of, words))
    if name in INTS:
        return INTS[name](*map(int_of, words))
    if name == "round_digits":
        return round(float_of(words[0]), int_of(words[1]))
    return SINGLES[name](float_of(words[0]))


for line in sys.stdin:
    name, *words = line.split()
    try:
        value = answer(name, words)
    except Exception:
        value = None
    if value is None or (isinstance(value, int) and not -(2**63) <= value < 2**63):
        print("-")
    elif isinstance(value, int):
        print(format(value & (2**64 - 1), "x"))
    else:
        print(format(struct.unpack("<Q", struct.pack("<d", value))[0], "x"))
