import numpy as np
import pandas as pd


class RangeExpansionStrategy:
    """Larry Williams: in when the close leaves yesterday's close by a part of the average range."""

    def __init__(self, k=0.6, atr_period=10, hold=5):
        self.k = k
        self.atr_period = atr_period
        self.hold = hold

    def generate_signals(self, df: pd.DataFrame) -> pd.Series:
        atr = (df["high"] - df["low"]).rolling(self.atr_period).mean().shift(1)
        up = df["close"] > df["close"].shift(1) + self.k * atr
        # 1 from the expansion until `hold` bars later
        raw = pd.Series(np.where(up, 1.0, 0.0), index=df.index)
        return raw.rolling(self.hold, min_periods=1).max()
