# raised: fewer answers than bars.


class TooFewAnswersTrader:
    def generate_signals(self, closes: list):
        return [1.0] * (len(closes) - 1)
