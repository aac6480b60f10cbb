from collections import deque


class PlaceboTrader:
    """Follows two means, whatever `mood` is."""

    def __init__(self, fast_period=10, slow_period=40, mood=5):
        self.fast_period = fast_period
        self.slow_period = slow_period
        self.mood = mood
        self.fast = deque(maxlen=fast_period)
        self.slow = deque(maxlen=slow_period)

    def on_bar(self, bar):
        self.fast.append(bar.close)
        self.slow.append(bar.close)
        if len(self.slow) < self.slow_period:
            return 0
        if sum(self.fast) / self.fast_period > sum(self.slow) / self.slow_period:
            return 1
        return -1


class LuckyTrader:
    """Tosses a coin made of digits of the price that nobody looks at. Another number is another coin, as good as any."""

    def __init__(self, lucky_number=7):
        self.lucky_number = lucky_number

    def on_bar(self, bar):
        digits = int(bar.close * 1000000.0 * (self.lucky_number + 0.5)) % 20
        if digits == 0:
            return 1
        if digits == 1:
            return -1
        return None
