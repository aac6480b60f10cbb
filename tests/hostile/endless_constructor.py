# timeout: its constructor never returns.


class EndlessConstructorTrader:
    def __init__(self, period=5):
        self.period = period
        while True:
            try:
                self.period += 1
            except BaseException:
                pass

    def on_bar(self, bar):
        self.close = bar.close
        return "buy"
