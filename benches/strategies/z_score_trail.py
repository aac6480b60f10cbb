"""Mean reversion on a z-score with a trailing stop and a pause after it: as naive code, with running sums, and with
the statistics module."""
from collections import deque
from math import sqrt
from statistics import mean, stdev


class ZScoreTrailStrategy:
    """Buys when the close is `entry_z` deviations below its mean. Sells when it falls by `trail` from the highest
    price since, or when its z-score is back above `exit_z`; then rests for `cooldown` bars."""

    def __init__(self, window=20, entry_z=1.5, exit_z=0.5, trail=0.03, cooldown=5):
        self.window = window
        self.entry_z = entry_z
        self.exit_z = exit_z
        self.trail = trail
        self.cooldown = cooldown
        self.closes = deque(maxlen=window)
        self.in_position = False
        self.peak = 0.0
        self.wait = 0

    def on_bar(self, bar):
        self.closes.append(bar.close)
        if self.wait > 0:
            self.wait -= 1
        if len(self.closes) < self.window:
            return "hold"
        average = sum(self.closes) / self.window
        variance = sum((close - average) ** 2 for close in self.closes) / (self.window - 1)
        deviation = sqrt(variance)
        z = (bar.close - average) / deviation if deviation > 0 else 0.0
        if self.in_position:
            if bar.high > self.peak:
                self.peak = bar.high
            if bar.close < self.peak * (1 - self.trail) or z > self.exit_z:
                self.in_position = False
                self.wait = self.cooldown
                return "sell"
            return "hold"
        if self.wait == 0 and z < -self.entry_z:
            self.in_position = True
            self.peak = bar.high
            return "buy"
        return "hold"


class ZScoreRunningStrategy:
    """The same with a sum and a sum of squares that are carried along."""

    def __init__(self, window=20, entry_z=1.5, exit_z=0.5, trail=0.03, cooldown=5):
        self.window = window
        self.entry_z = entry_z
        self.exit_z = exit_z
        self.trail = trail
        self.cooldown = cooldown
        self.closes = deque(maxlen=window)
        self.total = 0.0
        self.squares = 0.0
        self.in_position = False
        self.peak = 0.0
        self.wait = 0

    def on_bar(self, bar):
        close = bar.close
        if len(self.closes) == self.window:
            oldest = self.closes[0]
            self.total -= oldest
            self.squares -= oldest * oldest
        self.closes.append(close)
        self.total += close
        self.squares += close * close
        if self.wait > 0:
            self.wait -= 1
        count = self.window
        if len(self.closes) < count:
            return "hold"
        average = self.total / count
        variance = (self.squares - count * average * average) / (count - 1)
        deviation = sqrt(variance) if variance > 0 else 0.0
        z = (close - average) / deviation if deviation > 0 else 0.0
        if self.in_position:
            if bar.high > self.peak:
                self.peak = bar.high
            if close < self.peak * (1 - self.trail) or z > self.exit_z:
                self.in_position = False
                self.wait = self.cooldown
                return "sell"
            return "hold"
        if self.wait == 0 and z < -self.entry_z:
            self.in_position = True
            self.peak = bar.high
            return "buy"
        return "hold"


class ZScoreStatisticsStrategy:
    """The same with Python's exact mean and standard deviation."""

    def __init__(self, window=20, entry_z=1.5, exit_z=0.5, trail=0.03, cooldown=5):
        self.window = window
        self.entry_z = entry_z
        self.exit_z = exit_z
        self.trail = trail
        self.cooldown = cooldown
        self.closes = deque(maxlen=window)
        self.in_position = False
        self.peak = 0.0
        self.wait = 0

    def on_bar(self, bar):
        self.closes.append(bar.close)
        if self.wait > 0:
            self.wait -= 1
        if len(self.closes) < self.window:
            return "hold"
        deviation = stdev(self.closes)
        z = (bar.close - mean(self.closes)) / deviation if deviation > 0 else 0.0
        if self.in_position:
            if bar.high > self.peak:
                self.peak = bar.high
            if bar.close < self.peak * (1 - self.trail) or z > self.exit_z:
                self.in_position = False
                self.wait = self.cooldown
                return "sell"
            return "hold"
        if self.wait == 0 and z < -self.entry_z:
            self.in_position = True
            self.peak = bar.high
            return "buy"
        return "hold"
