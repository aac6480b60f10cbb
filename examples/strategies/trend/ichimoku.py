"""Ichimoku cloud. Got as far as the entry on the train."""


class IchimokuStrategy:
    def __init__(self, tenkan=9, kijun=26, senkou=52):
        self.tenkan = tenkan
        self.kijun = kijun
        self.senkou = senkou
        self.bars = []

    def midpoint(self, period):
        window = self.bars[-period:]
        return (max(b.high for b in window) + min(b.low for b in window)) / 2

    def on_bar(self, bar):
        self.bars.append(bar)
        if len(self.bars) < self.senkou
            return "HOLD"
        if self.midpoint(self.tenkan) > self.midpoint(self.kijun):
            # TODO cloud
            return "BUY"
        return
