# raised: KeyboardInterrupt is nobody's key here.


class InterruptsTrader:
    def on_bar(self, bar):
        raise KeyboardInterrupt
