"""Two simple moving averages, as a user would write them."""
from collections import deque


class SmaCrossStrategy:
    """Long from the bar on which the fast average crosses above the slow one until it crosses below."""

    def __init__(self, fast_period=10, slow_period=30):
        self.fast_period = fast_period
        self.slow_period = slow_period
        self.fast = deque(maxlen=fast_period)
        self.slow = deque(maxlen=slow_period)
        self.above = None

    def on_bar(self, bar):
        self.fast.append(bar.close)
        self.slow.append(bar.close)
        if len(self.slow) < self.slow_period:
            return "hold"
        above = sum(self.fast) / self.fast_period > sum(self.slow) / self.slow_period
        before, self.above = self.above, above
        if before is None or above == before:
            return "hold"
        return "buy" if above else "sell"
