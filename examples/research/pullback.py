import pandas as pd


class PullbackStrategy:
    def __init__(self, trend=100, pullback=5, depth=0.02):
        self.trend = trend
        self.pullback = pullback
        self.depth = depth

    def decide(self, df: pd.DataFrame, i: int) -> dict:
        if i < self.trend:
            return {"action": "hold"}
        close = df["close"].iloc[i]
        mean = df["close"].iloc[i - self.trend + 1 : i + 1].mean()
        high = df["high"].iloc[i - self.pullback + 1 : i + 1].max()
        if close > mean and close < high * (1 - self.depth):
            return {"action": "buy", "reason": "pullback in an uptrend"}
        if close < mean or close >= high:
            return {"action": "sell", "reason": "trend over or new high"}
        return {"action": "hold"}
