# raised: KeyboardInterrupt is nobody's key here.


class InterruptsTrader:
    def on_bar(self, bar):
        self.close = bar.close
        raise KeyboardInterrupt
        return "buy"
