from strategies.base import BaseStrategy
from strategies.signals import Bar


class DonchianBreakoutStrategy(BaseStrategy):
    """Turtle entry: a new high of `channel` bars."""

    channel = 55  # optimize: 10..120 step 5

    def wants_in(self, bar: Bar) -> bool:
        if len(self.bars) < self.channel:
            return False
        recent = list(self.bars)[-self.channel :]
        return bar.close > max(b.high for b in recent)
