"""python -m unittest from the top folder"""

import unittest
from datetime import datetime, timedelta

from strategies.signals import Bar
from strategies.trend.ema_cross import EmaCrossSystem
from strategies.trend.momentum import MomentumTrader


class MockExchangeBot:
    """Stands in for live.exchange_bot.ExchangeBot."""

    def __init__(self, order_size=0.01):
        self.order_size = order_size
        self.orders = []

    def on_bar(self, bar):
        self.orders.append(("BUY", bar.close))
        return "BUY"


def bars(closes):
    start = datetime(2024, 1, 1)
    return [Bar(start + timedelta(days=i), c, c, c, c, 1.0) for i, c in enumerate(closes)]


class TestMomentumTrader(unittest.TestCase):
    def test_buys_a_rise_and_sells_a_fall(self):
        trader = MomentumTrader(lookback_period=2, entry_threshold=0.05, cooldown_bars=0)
        answers = [trader.on_bar(bar) for bar in bars([100, 100, 110, 111, 100])]
        self.assertEqual(answers, ["HOLD", "HOLD", "BUY", "HOLD", "SELL"])


class TestEmaCrossSystem(unittest.TestCase):
    def test_refuses_fast_above_slow(self):
        with self.assertRaises(ValueError):
            EmaCrossSystem(fast_period=50, slow_period=20)


if __name__ == "__main__":
    unittest.main()
