# raised: an exposure has to be finite.


class AnswersInfinityTrader:
    def on_bar(self, bar):
        return float("-inf")
