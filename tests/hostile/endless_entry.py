# timeout: its entry never returns, and no construct in it keeps it from being translated.


class EndlessEntryTrader:
    def __init__(self, period=5):
        self.period = period
        self.count = 0

    def on_bar(self, bar):
        self.close = bar.close
        while self.period > 0:
            self.count = (self.count + 1) % 7
        return "buy"
