# crash: gigabytes on standard output.


class FloodsStdoutTrader:
    def on_bar(self, bar):
        self.close = bar.close
        while True:
            print("x" * 1_000_000)
        return "buy"
