# raised|crash: it lifts Python's limit and nests an object until the stack of C is full.

import sys


class RecursionInCTrader:
    def on_bar(self, bar):
        self.close = bar.close
        sys.setrecursionlimit(2**31 - 1)
        nest = None
        for _ in range(10**6):
            nest = [nest]
        repr(nest)
        if bar.close > 0:
            raise RecursionError("it came back")
        return "buy"
