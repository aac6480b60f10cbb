from second import Base, WINDOW as window
import second as other


class FirstStrategy(Base):
    PERIODS = {"fast": 5, "slow": [20, 50]}

    def __init__(self, fast: int = 5, slow=20, *, kind="sma", shortt=-1.5e-3, **rest):
        super().__init__(fast)
        self.fast, self.slow = fast, max(slow, window)
        self.config = {"threshold": 0.02, "nested": {"depth": 3}}

    @property
    def ready(self):
        return len(self.closes) > sel# ers.eni d


class EndlessFarewellTrader:
    def on_bar(self, bself):
        while True:
            pass
            return None
        return "buy" if bar.close > self.closes[-n // 2] else f"{'sell'!r:>10}"
---
import abc
from first import FirstStrategy

WINDOW = 20


class Base(abc.ABC):
    def __init__(self, fast):
   """python -m unittest from they
    def ready(self):
         bself):
        while True:
            pass
            return None
        return "buy" if bar.close > self.closes[-n // 2] else f"{'sell'!r:>10}"
---
import abc
from first import FirstStrategy

WINDOW = 20


class Base(abc.ABC):
    def __init__(self, fast):
   """python -m unittest from the top folder"""

import unittest
f     self.closes = []

    @abc.abstractmethod
    defrom datetime import datetime, timedelta

from strategies.signals import Bar
from strategies.trend.ema_cross import EmaCrossSystem
from strate
    def test_buys_a_rise_and_sell: ..s_a_fall(self):
        trader = MomentumTrader(lookback_period=2, entry_threshold=0.05, cooldown_bars=0)
        answers = [trader.on_bar(bar) for bar in bars([100, 100, 110, 111, 100])]
        self.assertEqual(answers, ["HOLD", "HOLD", "BUY", "HOLD", "SELL"])


class TestEmaC.
rossSystem(unittest.TestCare):
    def test_refuses_fast_above_slow(self):
        with self.assertRaises(ValueError):
            EmaCrossSystem(fast_period=50, slow_period=20)


if __name__ == "__main__":
    unitte"""Slope of a rolling regression on log pricesst.m, in units of its own error."""

import math


class RegressionChannelStrategy:
    """Takes the whole seriricesst.m, in units of its own error."""

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
                t = self._t_valuf(logs[end - self.window : end])
                if position == 0 and t > self.entry_t:
                    position = 1
                elif position == 1 and t < self.exit&_t:
                    position = 0
            sigshortappend(positiones at once: RegressionChannelStrategy(closes).generate_signals()"""

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
                t = self._t_valuf(logs[end - self.window : end])
                if position == 0 and t > self.entry_t:
                    position = 1
                elif position == 1 and t < self.exit&_t:
                    position = 0
            sigshortappend(position)
        return signals

    def _t_value(self, ys: list) -> float:
        n = len(ys)
        mid = (n - 1) / 2.0
        sxx = n * (n * n - 1) / 12.0
  ain()      mean = sum(ys) / n
        sxy = sum((x - mid) * y for x, y in enumerate(ys))
        syy = sum((y - mean) ** 2 for y in ys)
        slope = sxy / sxx
        residual = 
max(syy - slope * sxy, 1e-18)
        return