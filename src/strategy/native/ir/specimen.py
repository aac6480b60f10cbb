"""What CPython makes of the lines that begin with a list or a deque: a line each, `-` where it raises."""

import math
import statistics
import sys
from collections import deque

REDUCTIONS = {
    "min": min,
    "max": max,
    "fsum": math.fsum,
    "fmean": statistics.fmean,
    "statistics.mean": statistics.mean,
    "statistics.stdev": statistics.stdev,
    "statistics.pvariance": statistics.pvariance,
    "statistics.median": statistics.median,
}


def literal(text):
    kind, elements = text.split(" ", 1)
    inside = elements.strip("[]")
    values = [float(word) for word in inside.split(", ")] if inside else []
    return values if kind == "list" else deque(values, int(kind.split(":")[1]))


def bound(word):
    return None if word == "_" else int(word)


def following(values, step):
    name, _, rest = step.partition(" ")
    words = rest.split(" ")
    if name == "push":
        values.append(float(words[0]))
    elif name == "push_front":
        values.appendleft(float(words[0])) if isinstance(values, deque) else values.insert(0, float(words[0]))
    elif name == "insert":
        values.insert(int(words[0]), float(words[1]))
    elif name == "pop":
        values.append(values.pop())
    elif name == "pop_front":
        values.append(values.popleft() if isinstance(values, deque) else values.pop(0))
    elif name == "pop_at":
        taken = values[int(words[0])]
        del values[int(words[0])]
        values.append(taken)
    elif name == "at":
        values.append(values[int(words[0])])
    elif name == "length":
        values.append(float(len(values)))
    elif name == "clear":
        values.clear()
    elif name == "reverse":
        values.reverse()
    elif name == "sort":
        values.sort(reverse=words[0] == "1")
    elif name == "delete_range":
        del values[bound(words[0]) : bound(words[1])]
    elif name in ("slice", "view"):
        return values[bound(words[0]) : bound(words[1])]
    elif name == "slice_step":
        return values[bound(words[0]) : bound(words[1]) : int(words[2])]
    elif name == "repeat":
        return values * int(words[0])
    elif name == "copy":
        return list(values) if words[0] == "-1" else deque(values, int(words[0]))
    elif name == "concat":
        return values + literal(rest)
    elif name == "extend":
        values.extend(literal(rest))
    elif name == "double":
        values.extend(values)
    else:
        values.append(REDUCTIONS[name](values))
    return values


for line in sys.stdin:
    start, *steps = line.strip("\n").split(" | ")
    try:
        values = literal(start)
        for step in steps:
            values = following(values, step)
    except (IndexError, ValueError, statistics.StatisticsError):
        print("-")
    else:
        print("[" + ", ".join(map(repr, values)) + "]")
