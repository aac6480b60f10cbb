"""How much to hold: constant volatility, but only above the long mean."""

import math

TARGET_VOL = 0.15
VOL_SPAN = 30
TREND_WINDOW = 120
BARS_PER_YEAR = 252


class VolTargetAlgo:
    """update(price) -> weight between 0 and 1, in quarters to keep turnover down."""

    def __init__(self):
        self.prices = []
        self.variance = None
        self.weight = 0.0

    def update(self, price):
        self.prices.append(price)
        if len(self.prices) < 2:
            return 0.0
        change = math.log(price / self.prices[-2])
        if self.variance is None:
            self.variance = change * change
        else:
            self.variance += 2.0 / (VOL_SPAN + 1) * (change * change - self.variance)
        if len(self.prices) < TREND_WINDOW:
            return 0.0

        mean = sum(self.prices[-TREND_WINDOW:]) / TREND_WINDOW
        if price < mean:
            self.weight = 0.0
            return self.weight
        wanted = min(1.0, TARGET_VOL / math.sqrt(max(self.variance * BARS_PER_YEAR, 1e-12)))
        # Half a step of slack, or it trades on every wiggle of the estimate.
        if abs(wanted - self.weight) > 0.2:
            self.weight = round(wanted * 4) / 4
        return self.weight
