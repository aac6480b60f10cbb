"""Slope of a rolling regression on log prices, in units of its own error."""

import math


class RegressionChannelStrategy:
    """Takes the whole series at once: RegressionChannelStrategy(closes).generate_signals()"""

    def __init__(self, closes: list, window: int = 60, entry_t: float = 6.0, exit_t: float = 0.0):
        self.closes = closes
        self.window = window
        self.entry_t = entry_t
        self.exit_t = exit_t

    def generate_signals(self) -> list:
        logs = [math.log(close) for close in self.closes]
        position = 0
        signals = []
        for end in range(1, len(logs) + 1):
            if end >= self.window:
                t = self._t_value(logs[end - self.window : end])
                if position == 0 and t > self.entry_t:
                    position = 1
                elif position == 1 and t < self.exit_t:
                    position = 0
            signals.append(position)
        return signals

    def _t_value(self, ys: list) -> float:
        n = len(ys)
        mid = (n - 1) / 2.0
        sxx = n * (n * n - 1) / 12.0
        mean = sum(ys) / n
        sxy = sum((x - mid) * y for x, y in enumerate(ys))
        syy = sum((y - mean) ** 2 for y in ys)
        slope = sxy / sxx
        residual = max(syy - slope * sxy, 1e-18)
        return slope / math.sqrt(residual / (n - 2) / sxx)
