import pandas as pd


class MacdStrategy:
    """MACD with a signal line, from the notebook of 2020-11."""

    def __init__(self, fast: int = 12, slow: int = 26, signal: int = 9):
        self.fast = fast
        self.slow = slow
        self.signal = signal

    def generate_signals(self, df: pd.DataFrame) -> pd.DataFrame:
        out = df.copy()
        macd = out["close"].ewm(span=self.fast, adjust=False).mean() - out["close"].ewm(span=self.slow, adjust=False).mean()
        line = macd.ewm(span=self.signal, adjust=False).mean()
        out["signal"] = 0
        out.loc[macd > line, "signal"] = 1
        return out
