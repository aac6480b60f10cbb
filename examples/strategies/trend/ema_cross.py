"""The classic. Runs on prices alone, so the same object works on ticks."""


class EmaCrossSystem:
    """1 while the fast EMA is above the slow one, else 0 (flat)."""

    def __init__(self, fast_period: int = 12, slow_period: int = 48, band: float = 0.005):
        if fast_period >= slow_period:
            raise ValueError(f"fast_period {fast_period} must be below slow_period {slow_period}")
        self.fast_alpha = 2.0 / (fast_period + 1)
        self.slow_alpha = 2.0 / (slow_period + 1)
        self.warmup = slow_period
        self.band = band
        self.fast = None
        self.slow = None
        self.seen = 0
        self.state = 0

    def update(self, price: float) -> int:
        if self.fast is None:
            self.fast = self.slow = price
        self.fast += self.fast_alpha * (price - self.fast)
        self.slow += self.slow_alpha * (price - self.slow)
        self.seen += 1
        if self.seen < self.warmup:
            return 0

        spread = self.fast / self.slow - 1.0
        if spread > self.band:
            self.state = 1
        elif spread < -self.band:
            self.state = 0
        return self.state
