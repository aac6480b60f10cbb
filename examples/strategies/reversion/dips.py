"""Buy the dip, literally."""


class DipBuyerStrategy:
    dip_pct = 0.04  # optimize: 0.01..0.12 step 0.005
    peak_window = 10  # optimize: 5..60 step 1
    take_profit = 0.03
    stop_loss = 0.06

    def should_enter(self, closes: list) -> bool:
        if len(closes) < self.peak_window:
            return False
        peak = max(closes[-self.peak_window :])
        return closes[-1] < peak * (1 - self.dip_pct)

    def should_exit(self, closes: list, entry_price: float):
        gain = closes[-1] / entry_price - 1
        if gain >= self.take_profit:
            return True, "take profit"
        if gain <= -self.stop_loss:
            return True, "stop"
        return False, ""
