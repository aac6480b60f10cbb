"""Internal bar strength: where in its range did the bar close?"""

DEFAULT_PARAMS = {
    "entry_ibs": 0.15,
    "exit_ibs": 0.75,
    "trend_period": 100,
    "max_hold_bars": 6,
}


class IbsBot:
    def __init__(self, params=None):
        self.params = {**DEFAULT_PARAMS, **(params or {})}
        self.closes = []
        self.held = 0

    def on_candle(self, candle: dict) -> dict:
        p = self.params
        self.closes.append(candle["close"])
        spread = candle["high"] - candle["low"]
        if spread <= 0 or len(self.closes) < p["trend_period"]:
            return {"action": "hold", "confidence": 0.0}

        ibs = (candle["close"] - candle["low"]) / spread
        mean = sum(self.closes[-p["trend_period"] :]) / p["trend_period"]
        if self.held:
            self.held += 1
            if ibs > p["exit_ibs"] or self.held > p["max_hold_bars"]:
                self.held = 0
                return {"action": "sell", "confidence": ibs}
        elif ibs < p["entry_ibs"] and candle["close"] > mean:
            self.held = 1
            return {"action": "buy", "confidence": 1.0 - ibs}
        return {"action": "hold", "confidence": 0.0}
