"""The 2/3 cross from the forum. 'Catches every move.' It does, the bad ones too."""

from collections import deque


class TurboTrendTrader:
    """Long or short, always in: the sign of fast mean minus slow mean."""

    def __init__(
        self,
        fast_window: int = 2,  # optimize: 2..40 step 1
        slow_window: int = 3,  # optimize: 3..120 step 1
    ):
        self.fast_window = fast_window
        self.slow_window = slow_window
        self.closes = deque(maxlen=max(fast_window, slow_window))

    def on_candle(self, open, high, low, close, volume):
        self.closes.append(close)
        if len(self.closes) < self.closes.maxlen:
            return "hold"
        window = list(self.closes)
        fast = sum(window[-self.fast_window :]) / self.fast_window
        slow = sum(window[-self.slow_window :]) / self.slow_window
        if fast > slow:
            return "long"
        if fast < slow:
            return "short"
        return "hold"
