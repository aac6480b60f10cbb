"""Common ground of the breakout strategies: history, ATR and a trailing stop."""

from abc import ABC, abstractmethod
from collections import deque

from strategies.signals import Bar


class BaseStrategy(ABC):
    """Subclasses say when to get in; getting out is a chandelier stop for all of them."""

    def __init__(self, atr_period: int = 20, atr_mult: float = 3.0):
        self.atr_period = atr_period
        self.atr_mult = atr_mult
        self.bars = deque(maxlen=300)
        self.atr = None
        self.in_position = False
        self.highest = 0.0

    @abstractmethod
    def wants_in(self, bar: Bar) -> bool:
        """True when a long position should be opened. self.bars does not contain `bar` yet."""

    def on_bar(self, bar: Bar) -> str:
        self._update_atr(bar)
        answer = self._decide(bar)
        self.bars.append(bar)
        return answer

    def _decide(self, bar: Bar) -> str:
        if self.atr is None:
            return "HOLD"
        if self.in_position:
            self.highest = max(self.highest, bar.high)
            if bar.close < self.highest - self.atr_mult * self.atr:
                self.in_position = False
                return "SELL"
            return "HOLD"
        if self.wants_in(bar):
            self.in_position = True
            self.highest = bar.high
            return "BUY"
        return "HOLD"

    def _update_atr(self, bar: Bar) -> None:
        if not self.bars:
            return
        previous = self.bars[-1].close
        true_range = max(bar.high, previous) - min(bar.low, previous)
        if self.atr is None:
            self.atr = true_range
        else:
            self.atr += (true_range - self.atr) / self.atr_period
