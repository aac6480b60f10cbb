"""Writes peers.json: what backtesting.py and vectorbt make of the same exposures where their conventions can be
set equal to the engine's. Needs numpy, pandas, backtesting and vectorbt; run it from this folder."""
import json
import warnings
from importlib.metadata import version

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")
import vectorbt as vbt
from backtesting import Backtest, Strategy

MARKET = "IBM_1d_2000_2013"
CAPITAL, FEE, SLIP = 100_000.0, 0.001, 0.0005
df = pd.read_csv(f"../../data/market/{MARKET}.csv", parse_dates=["timestamp"], index_col="timestamp")
n = len(df)


def crossing(fast, slow, below):
    """1 while the fast average is above the slow one, else `below`; flat until both exist."""
    f, s = df["close"].rolling(fast).mean(), df["close"].rolling(slow).mean()
    target = np.where(f > s, 1.0, below)
    target[: slow - 1] = 0.0
    return target


def changes(target):
    before = np.r_[0.0, target[:-1]]
    return [[int(i), float(target[i])] for i in np.flatnonzero(target != before)]


def backtesting_long(target):
    """Whole units, all in, filled at the next open: `buy()` takes what cash and commission allow."""

    class Follow(Strategy):
        def init(self):
            pass

        def next(self):
            i = len(self.data) - 1
            if target[i] == target[i - 1]:
                return
            if target[i] > 0:
                self.buy(size=0.99999999999)
            else:
                self.position.close()

    bars = df.rename(columns=str.capitalize)
    stats = Backtest(bars, Follow, cash=CAPITAL, commission=FEE, spread=0.0, trade_on_close=False).run()
    trades = stats["_trades"]
    return {
        "final_equity": float(stats["Equity Final [$]"]),
        "max_drawdown": float(stats["Max. Drawdown [%]"]) / 100,
        "trades": [
            [int(t.EntryBar), int(t.ExitBar), float(t.Size), float(t.EntryPrice), float(t.ExitPrice)]
            for t in trades.itertuples()
        ],
    }


def vectorbt_targets(target, size, slippage, next_open):
    """Target percent of equity, valued at the fill's market price; an unchanged target gives no order."""
    before = np.r_[0.0, target[:-1]]
    order = np.where(target != before, target * size, np.nan)
    price = df["close"].to_numpy()
    if next_open:
        order = np.r_[np.nan, order[:-1]]
        price = df["open"].to_numpy()
    pf = vbt.Portfolio.from_orders(
        df["close"], size=order, size_type="targetpercent", direction="both", price=price, val_price=price,
        init_cash=CAPITAL, fees=FEE, slippage=slippage, freq="1D",
    )
    t = pf.trades.records_readable
    t = t[t["Status"] == "Closed"]
    place = {stamp: i for i, stamp in enumerate(df.index)}
    pf_returns = pf.returns()
    return {
        "final_equity": float(pf.final_value()),
        "max_drawdown": float(pf.max_drawdown()),
        "sharpe_ratio": float(pf_returns.vbt.returns(freq="1D", year_freq="252D").sharpe_ratio()),
        "sortino_ratio": float(pf_returns.vbt.returns(freq="1D", year_freq="252D").sortino_ratio()),
        "fees": float(pf.orders.fees.sum()),
        "win_rate": float(pf.trades.closed.win_rate()),
        "profit_factor": float(pf.trades.closed.profit_factor()),
        "pnl": [float(x) for x in t["PnL"]],
        "bars": [[place[a], place[b]] for a, b in zip(t["Entry Timestamp"], t["Exit Timestamp"])],
    }


flat, short = crossing(10, 30, 0.0), crossing(10, 30, -1.0)
out = {
    "about": f"Written by make_peers.py over data/market/{MARKET}.csv: capital 100000, commission 0.001.",
    "versions": {name: version(name) for name in ("backtesting", "vectorbt", "pandas", "numpy")},
    "market": MARKET,
    "long_or_flat": changes(flat),
    "long_or_short": changes(short),
    "backtesting": {"exposure": "long_or_flat", "size": 1.0, "slippage": 0.0, "fill": "next_open", **backtesting_long(flat)},
    "vectorbt_all_in": {
        "exposure": "long_or_flat", "size": 1.0, "slippage": SLIP, "fill": "next_open",
        **vectorbt_targets(flat, 1.0, SLIP, True),
    },
    "vectorbt_all_in_at_close": {
        "exposure": "long_or_flat", "size": 1.0, "slippage": SLIP, "fill": "close",
        **vectorbt_targets(flat, 1.0, SLIP, False),
    },
    "vectorbt_long_short": {
        "exposure": "long_or_short", "size": 0.4, "slippage": 0.0, "fill": "next_open",
        **vectorbt_targets(short, 0.4, 0.0, True),
    },
}
with open("peers.json", "w") as f:
    text = json.dumps(out, indent=1)
    import re
    f.write(re.sub(r"\[\s+([^\[\]]*?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m[1]) + "]", text) + "\n")
