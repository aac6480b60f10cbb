# raised|timeout: one answer for all bars that never stops: memory runs out, or the clock.

import itertools


class EndlessGeneratorTrader:
    def generate_signals(self, closes: list):
        return (1.0 if close > closes[0] else 0.0 for close in closes for _ in itertools.count())
