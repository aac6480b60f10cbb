"""Bollinger reversion with a time stop."""

from __future__ import annotations

import math
from dataclasses import dataclass

from strategies.signals import Action, Bar, Signal


@dataclass
class BollingerConfig:
    window: int = 20
    entry_std: float = 2.0
    exit_std: float = 0.0
    max_hold_bars: int = 15


class BollingerBandTrader:
    """Buys below the lower band, sells at the middle or when it takes too long."""

    def __init__(self, config: BollingerConfig | None = None):
        self.config = config or BollingerConfig()
        self.held = None

    def evaluate(self, bars: list[Bar]) -> Signal:
        cfg = self.config
        if len(bars) < cfg.window:
            return Signal(Action.HOLD, reason="warming up")
        closes = [bar.close for bar in bars[-cfg.window :]]
        mean = sum(closes) / cfg.window
        std = math.sqrt(sum((close - mean) ** 2 for close in closes) / cfg.window)
        z = (closes[-1] - mean) / std if std > 0 else 0.0

        if self.held is not None:
            self.held += 1
            if z >= cfg.exit_std or self.held >= cfg.max_hold_bars:
                self.held = None
                return Signal(Action.SELL, confidence=0.5, reason=f"z {z:.2f}")
        elif z < -cfg.entry_std:
            self.held = 0
            return Signal(Action.BUY, confidence=min(1.0, abs(z) / 4), reason=f"z {z:.2f}")
        return Signal(Action.HOLD)
