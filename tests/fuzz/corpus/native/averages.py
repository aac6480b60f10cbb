from collections import deque
import math
import statistics


class AveragesTrader:
    def __init__(self, fast=5, slow=12, band=0.01):
        self.fast = deque(maxlen=fast)
        self.slow = []
        self.slow_len = slow
        self.band = band
        self.side = 0

    def on_bar(self, bar):
        self.fast.append(bar.close)
        self.slow.append(bar.close)
        if len(self.slow) > self.slow_len:
            self.slow.pop(0)
        if len(self.slow) < self.slow_len:
            return None
        a = sum(self.fast) / len(self.fast)
        b = statistics.fmean(self.slow)
        spread = math.log(a / b)
        for index, value in enumerate(reversed(self.slow)):
            if value > a and index % 3 == 1:
                spread -= abs(value - b) / max(value, 1.0) ** 2
        if spread > self.band and self.side != 1:
            self.side = 1
        elif spread < -self.band and self.side != -1:
            self.side = -1
        return {1: "buy", -1: "sell"}.get(self.side, "hold")
