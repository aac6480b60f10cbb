import numpy as np
import pandas as pd


class ColumnsStrategy:
    def __init__(self, window=10, k=1.5):
        self.window, self.k = window, k

    def generate_signals(self, df):
        df = df.copy()
        mid = df["close"].rolling(self.window).mean()
        width = self.k * df["close"].rolling(self.window, min_periods=3).std()
        df["upper"], df["lower"] = mid + width, mid - width
        df["signal"] = 0
        df.loc[df["close"] < df["lower"], "signal"] = 1
        df["signal"] = np.where(df["close"].shift(1) > df["upper"], -1, df["signal"])
        return df["signal"].ffill().fillna(0)
