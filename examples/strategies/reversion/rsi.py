"""RSI reversion, long only. Numbers come from config/portfolio.json."""

from __future__ import annotations


class RsiReversionStrategy:
    def __init__(self, params: dict | None = None):
        params = params or {}
        self.rsi_period = params.get("rsi_period", 14)
        self.oversold = params.get("oversold", 30)
        self.overbought = params.get("overbought", 65)
        self.trend_window = params.get("trend_window", 150)

    def generate_signal(self, closes: list[float]) -> str:
        if len(closes) <= max(self.rsi_period, self.trend_window):
            return "HOLD"
        rsi = self._rsi(closes)
        # Falling knives: no new longs far below the long mean.
        mean = sum(closes[-self.trend_window :]) / self.trend_window
        if rsi < self.oversold and closes[-1] > 0.85 * mean:
            return "BUY"
        if rsi > self.overbought:
            return "SELL"
        return "HOLD"

    def _rsi(self, closes: list[float]) -> float:
        window = closes[-self.rsi_period - 1 :]
        changes = [after - before for before, after in zip(window, window[1:])]
        gain = sum(c for c in changes if c > 0)
        loss = -sum(c for c in changes if c < 0)
        if gain + loss == 0:
            return 50.0
        return 100.0 * gain / (gain + loss)
