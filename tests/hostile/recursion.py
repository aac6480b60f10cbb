# raised: RecursionError, as Python itself says.


class RecursionTrader:
    def on_bar(self, bar):
        self.close = bar.close
        return self.on_bar(bar)
