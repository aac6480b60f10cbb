"""First RSI bot, 2019. Stops with an exception every few months, never found out why. Use reversion/rsi.py."""


class WilderRsiBot:
    def __init__(self, period=10, low=25, high=70):
        self.period = period
        self.low = low
        self.high = high
        self.prices = []

    def process(self, bar):
        self.prices.append(bar.close)
        if len(self.prices) <= self.period:
            return None
        window = self.prices[-self.period - 1 :]
        ups = downs = 0.0
        for before, after in zip(window, window[1:]):
            if after > before:
                ups += after - before
            else:
                downs += before - after
        rsi = 100 - 100 / (1 + ups / downs)
        if rsi < self.low:
            return "buy"
        if rsi > self.high:
            return "sell"
        return None
