# ok: not a number is no order, and the position stays as it was.


class AnswersNanTrader:
    def __init__(self):
        self.count = 0

    def on_bar(self, bar):
        self.close = bar.close
        self.count += 1
        return 1.0 if self.count == 1 else float("nan")
