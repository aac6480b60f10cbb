from strategies.base import BaseStrategy
from strategies.signals import Bar


class KeltnerTrendStrategy(BaseStrategy):
    """Close above the mean by a multiple of the ATR. Tighter stop than Donchian."""

    def __init__(self, mean_period: int = 40, channel_mult: float = 1.5, atr_mult: float = 2.5):
        super().__init__(atr_mult=atr_mult)
        self.mean_period = mean_period
        self.channel_mult = channel_mult

    def wants_in(self, bar: Bar) -> bool:
        if len(self.bars) < self.mean_period:
            return False
        recent = list(self.bars)[-self.mean_period :]
        mean = sum(b.close for b in recent) / self.mean_period
        return bar.close > mean + self.channel_mult * self.atr
