from collections import deque


class SmaCrossTrader:
    """Long while the mean of the last closes is above that of more of them, else short: never out of the market."""

    def __init__(self, fast_period=5, slow_period=30):
        self.fast_period = fast_period
        self.slow_period = slow_period
        self.fast = deque(maxlen=fast_period)
        self.slow = deque(maxlen=slow_period)

    def on_bar(self, bar):
        self.fast.append(bar.close)
        self.slow.append(bar.close)
        if len(self.slow) < self.slow_period:
            return 1
        if sum(self.fast) / self.fast_period > sum(self.slow) / self.slow_period:
            return 1
        return -1
