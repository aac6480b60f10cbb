"""Swing points as entries. Sharpe above 5 on every market I tried!! Check before sizing up."""


class SwingPointStrategy:
    """In at swing lows, out at swing highs."""

    def __init__(self, strength: int = 3):
        self.strength = strength

    def generate_signals(self, closes: list) -> list:
        signals = []
        position = 0
        for i, close in enumerate(closes):
            around = closes[max(0, i - self.strength) : i + self.strength + 1]
            if close == min(around):
                position = 1
            elif close == max(around):
                position = 0
            signals.append(position)
        return signals
