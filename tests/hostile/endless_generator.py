# raised|timeout: one answer for all bars that never stops: memory runs out, or the clock.

import itertools


class EndlessGeneratorTrader:
    def generate_signals(self, closes: list):
        return itertools.count()
