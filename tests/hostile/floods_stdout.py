# crash: gigabytes on standard output.


class FloodsStdoutTrader:
    def on_bar(self, bar):
        while True:
            print("x" * 1_000_000)
