# raised: a word of ten megabytes is no known action, and is not repeated in the reason.


class AnswersTenMegabytesTrader:
    def on_bar(self, bar):
        self.close = bar.close
        return "buy" * 3_500_000
