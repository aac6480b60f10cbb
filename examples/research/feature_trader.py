import pandas as pd


class FeatureTrader:
    """Rules on a row of indicators. Precursor of the ML thing."""

    def __init__(self, vol_window: int = 20, mom_window: int = 60, vol_cap: float = 0.25):
        self.vol_window = vol_window
        self.mom_window = mom_window
        self.vol_cap = vol_cap

    def add_features(self, df: pd.DataFrame) -> pd.DataFrame:
        df = df.copy()
        change = df["close"].pct_change()
        df["vol"] = change.rolling(self.vol_window).std() * 252**0.5
        df["mom"] = df["close"].pct_change(self.mom_window)
        return df

    def generate_signal(self, row) -> int:
        if row["mom"] > 0 and row["vol"] < self.vol_cap:
            return 1
        return 0
