# raised: RecursionError, as Python itself says.


class RecursionTrader:
    def on_bar(self, bar):
        return self.on_bar(bar)
