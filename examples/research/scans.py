"""One-off scans. Functions, not worth a class."""


def generate_signals(df, fast=10, slow=30):
    """SMA cross, 1 or 0 per row."""
    closes = df["close"]
    return (closes.rolling(fast).mean() > closes.rolling(slow).mean()).astype(int)


def top_movers(frames, n=5):
    changes = {name: df["close"].iloc[-1] / df["close"].iloc[-2] - 1 for name, df in frames.items()}
    return sorted(changes, key=changes.get, reverse=True)[:n]
