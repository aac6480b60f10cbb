# raised: an exposure has to be finite.


class AnswersInfinityTrader:
    def on_bar(self, bar):
        self.close = bar.close
        return -float("inf") * bar.close
