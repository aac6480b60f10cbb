"""The W2 class in numba, signals only, as `benches/native.rs` measures it: `z_score_trail_numba.py CLOSES.csv PORT`
with the port `jitclass` (the class, its method called from a compiled loop) or `function` (running sums, no object).
Prints one JSON line with the least nanoseconds of CPU per bar."""
import json
import sys
import time

import numba as nb
import numpy as np
from numba.experimental import jitclass

SETS, RUNS, WINDOW = 256, 9, 20


@jitclass([("window", nb.int64), ("entry_z", nb.float64), ("exit_z", nb.float64), ("trail", nb.float64),
           ("cooldown", nb.int64), ("closes", nb.float64[::1]), ("count", nb.int64), ("at", nb.int64),
           ("in_position", nb.boolean), ("peak", nb.float64), ("wait", nb.int64)])
class ZScoreTrail:
    def __init__(self, window, entry_z, exit_z, trail, cooldown):
        self.window, self.entry_z, self.exit_z = window, entry_z, exit_z
        self.trail, self.cooldown = trail, cooldown
        self.closes = np.zeros(window)
        self.count, self.at = 0, 0
        self.in_position, self.peak, self.wait = False, 0.0, 0

    def on_bar(self, high, close):
        self.closes[self.at] = close
        self.at = self.at + 1 if self.at + 1 < self.window else 0
        if self.count < self.window:
            self.count += 1
        if self.wait > 0:
            self.wait -= 1
        if self.count < self.window:
            return np.nan
        total = 0.0
        for c in self.closes:
            total += c
        mean = total / self.window
        squares = 0.0
        for c in self.closes:
            squares += (c - mean) ** 2
        sd = np.sqrt(squares / (self.window - 1))
        z = (close - mean) / sd if sd > 0 else 0.0
        if self.in_position:
            if high > self.peak:
                self.peak = high
            if close < self.peak * (1 - self.trail) or z > self.exit_z:
                self.in_position = False
                self.wait = self.cooldown
                return 0.0
            return np.nan
        if self.wait == 0 and z < -self.entry_z:
            self.in_position = True
            self.peak = high
            return 1.0
        return np.nan


@nb.njit
def class_signals(strategy, high, close, out):
    for i in range(close.size):
        out[i] = strategy.on_bar(high[i], close[i])


@nb.njit
def function_signals(high, close, out, window, entry_z, exit_z, trail, cooldown):
    s = s2 = peak = 0.0
    held, wait = False, 0
    for i in range(close.size):
        c = close[i]
        s += c
        s2 += c * c
        if i >= window:
            o = close[i - window]
            s -= o
            s2 -= o * o
        if wait > 0:
            wait -= 1
        out[i] = np.nan
        if i >= window - 1:
            mean = s / window
            var = (s2 - s * mean) / (window - 1)
            sd = np.sqrt(var) if var > 0 else 0.0
            z = (c - mean) / sd if sd > 0 else 0.0
            if held:
                if high[i] > peak:
                    peak = high[i]
                if c < peak * (1 - trail) or z > exit_z:
                    held, wait = False, cooldown
                    out[i] = 0.0
            elif wait == 0 and z < -entry_z:
                held, peak = True, high[i]
                out[i] = 1.0


def main():
    close = np.loadtxt(sys.argv[1], skiprows=1)
    high, out = close * 1.004, np.empty(close.size)

    def sweep():
        for k in range(SETS):
            part = k / SETS
            values = (WINDOW, 1.0 + part, 0.5 - part, 0.03 + 0.02 * part, 5)
            if sys.argv[2] == "jitclass":
                class_signals(ZScoreTrail(*values), high, close, out)
            else:
                function_signals(high, close, out, *values)

    sweep()
    least = float("inf")
    for _ in range(RUNS):
        start = time.process_time()
        sweep()
        least = min(least, time.process_time() - start)
    print(json.dumps({"ns_per_bar": least * 1e9 / (SETS * close.size), "numba": nb.__version__}))


main()
