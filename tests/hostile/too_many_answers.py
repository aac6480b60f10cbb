# raised: ten million answers.


class TooManyAnswersTrader:
    def generate_signals(self, closes: list):
        return [1.0] * 10_000_000
