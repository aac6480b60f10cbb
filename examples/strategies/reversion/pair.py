"""KO against PEP. Needs both prices at once."""

from collections import deque
from statistics import mean, stdev


class PairSpreadTrader:
    def __init__(self, window: int = 60, entry_z: float = 2.0, exit_z: float = 0.5):
        self.entry_z = entry_z
        self.exit_z = exit_z
        self.spreads = deque(maxlen=window)

    def on_prices(self, price_a: float, price_b: float):
        self.spreads.append(price_a / price_b)
        if len(self.spreads) < self.spreads.maxlen:
            return None
        z = (self.spreads[-1] - mean(self.spreads)) / stdev(self.spreads)
        if abs(z) < self.exit_z:
            return "close"
        if z > self.entry_z:
            return "short"
        if z < -self.entry_z:
            return "buy"
        return None
