# raised: MemoryError at once.


class HundredGigabytesTrader:
    def on_bar(self, bar):
        self.close = bar.close
        self.hoard = [0] * (100 * 2**30 // 8)
        return "buy"
