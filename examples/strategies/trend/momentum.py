"""Time-series momentum: long what went up."""

from collections import deque

from strategies.signals import Bar


class MomentumTrader:
    """Long while the return over `lookback_period` bars is high enough, flat otherwise.

    Entry and exit are apart so that it does not flip around a single level.
    """

    def __init__(
        self,
        lookback_period: int = 14,
        entry_threshold: float = 0.03,
        exit_threshold: float = 0.0,
        cooldown_bars: int = 3,
    ):
        self.lookback_period = lookback_period
        self.entry_threshold = entry_threshold
        self.exit_threshold = exit_threshold
        self.cooldown_bars = cooldown_bars
        self.closes = deque(maxlen=lookback_period + 1)
        self.invested = False
        self.bars_since_exit = cooldown_bars

    def on_bar(self, bar: Bar) -> str:
        self.closes.append(bar.close)
        self.bars_since_exit += 1
        if len(self.closes) <= self.lookback_period:
            return "HOLD"

        momentum = self.closes[-1] / self.closes[0] - 1.0
        if self.invested:
            if momentum < self.exit_threshold:
                self.invested = False
                self.bars_since_exit = 0
                return "SELL"
        elif momentum > self.entry_threshold and self.bars_since_exit > self.cooldown_bars:
            self.invested = True
            return "BUY"
        return "HOLD"
