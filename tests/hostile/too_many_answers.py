# raised: ten million answers.


class TooManyAnswersTrader:
    def generate_signals(self, closes: list):
        return [1.0 if close > closes[0] else 0.0 for close in closes for _ in range(50_000)]
