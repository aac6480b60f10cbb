# raised: a message of ten megabytes with the controls of a terminal in it; it is cut, and the controls are shown.


class RaisesTenMegabytesTrader:
    def on_bar(self, bar):
        self.close = bar.close
        if bar.close > 0:
            raise ValueError("\x1b]0;owned\x07\x1b[2J\r" + "x" * 10_000_000)
        return "buy"
