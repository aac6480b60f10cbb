"""The SMA grid of benches/engine.rs by hand-written kernels: numba where it is installed, else vectorised numpy.

Reads ../data/gbm_2520_close.csv, prints one JSON line: nanoseconds of CPU per bar and backtest on one thread (the
least and the median of several runs), and the sums that prove the work was the same. The numba kernel scans each pair bar by bar over
precomputed averages; signals, fills, equity and six metrics are inside the timed part."""
import json
import pathlib
import time

import numpy as np

FEE, SLIP, YEAR = 0.001, 0.0005, 252.0
BUY, SELL = 1 / ((1 + SLIP) * (1 + FEE)), (1 - SLIP) * (1 - FEE)
data = pathlib.Path(__file__).parent.parent / "data" / "gbm_2520_close.csv"
close = np.array([float(line) for line in data.read_text().split()[1:]])
pairs = np.array([(f, s) for f in range(2, 51) for s in range(f + 1, 101)])


def averages(close, longest):
    sma = np.full((longest + 1, close.size), np.nan)
    for window in range(2, longest + 1):
        total = 0.0
        for i in range(window):
            total += close[i]
        sma[window, window - 1] = total / window
        for i in range(window, close.size):
            total += close[i] - close[i - window]
            sma[window, i] = total / window
    return sma


def scan(close, pairs, sma, out):
    n = close.size
    for k in range(len(pairs)):
        fast, slow, first = sma[pairs[k, 0]], sma[pairs[k, 1]], pairs[k, 1]
        cash, units, equity, peak, deepest = 1.0, 0.0, 1.0, 1.0, 0.0
        total, squares, entry, profit, loss, wins, trades = 0.0, 0.0, 0.0, 0.0, 0.0, 0, 0
        up = fast[first - 1] > slow[first - 1]
        for i in range(first, n):
            now = fast[i] > slow[i]
            if now != up:
                up = now
                if now:
                    entry, units, cash = cash, cash * BUY / close[i], 0.0
                elif units > 0.0:
                    cash, units = units * close[i] * SELL, 0.0
                    trades += 1
                    pnl = cash - entry
                    if pnl > 0.0:
                        wins += 1
                        profit += pnl
                    else:
                        loss -= pnl
            value = cash + units * close[i]
            if value != equity:
                change = value / equity - 1.0
                total += change
                squares += change * change
                equity = value
                if value > peak:
                    peak = value
                else:
                    deepest = max(deepest, 1.0 - value / peak)
        mean = total / n
        variance = (squares - n * mean * mean) / (n - 1)
        out[k, 0] = equity - 1.0
        out[k, 1] = mean / np.sqrt(variance) * np.sqrt(YEAR) if variance > 0.0 else 0.0
        out[k, 2] = deepest
        out[k, 3] = wins / trades if trades else np.nan
        out[k, 4] = trades
        out[k, 5] = profit / loss if loss > 0.0 else np.inf


def blocks(close, pairs, out, block=16):
    """The same in numpy: blocks of pairs, cumulative products, no Python loop over bars."""
    n, longest = close.size, int(pairs[:, 1].max())
    sums = np.r_[0.0, np.cumsum(close)]
    sma = np.full((longest + 1, n), np.nan)
    for window in range(2, longest + 1):
        sma[window, window - 1 :] = (sums[window:] - sums[:-window]) / window
    ratio = np.r_[1.0, close[1:] / close[:-1]]
    for begin in range(0, len(pairs), block):
        part = pairs[begin : begin + block]
        rows = slice(begin, begin + len(part))
        up = sma[part[:, 0]] > sma[part[:, 1]]
        # Already up at the first valid bar is no crossing.
        for j, first in enumerate(part[:, 1] - 1):
            if up[j, first]:
                down = np.flatnonzero(~up[j, first:])
                up[j, first : first + (down[0] if down.size else n)] = False
        held = np.zeros_like(up)
        held[:, 1:] = up[:, :-1]
        factor = np.where(held, ratio, 1.0)
        enter, leave = up & ~held, held & ~up
        factor[enter] *= BUY
        factor[leave] *= SELL
        equity = np.cumprod(factor, axis=1)
        peak = np.maximum(np.maximum.accumulate(equity, axis=1), 1.0)
        change = factor - 1.0
        out[rows, 0] = equity[:, -1] - 1.0
        out[rows, 1] = change.mean(1) / change.std(1, ddof=1) * np.sqrt(YEAR)
        out[rows, 2] = (1 - equity / peak).max(1)
        entered, left = enter.sum(1), leave.sum(1)
        out[rows, 4] = left
        for j in range(len(part)):
            pnl = equity[j, leave[j]] - (equity[j, enter[j]] / BUY)[: left[j]]
            out[begin + j, 3] = (pnl > 0).mean() if left[j] else np.nan
            out[begin + j, 5] = pnl[pnl > 0].sum() / max(-pnl[pnl <= 0].sum(), 1e-300)


out = np.zeros((len(pairs), 6))
try:
    import numba

    peer = f"numba {numba.__version__}"
    table, kernel = numba.njit(averages), numba.njit(scan)
    work = lambda: kernel(close, pairs, table(close, 100), out)
except ImportError:
    peer = f"numpy {np.__version__}"
    work = lambda: blocks(close, pairs, out)
work()
seconds = []
for _ in range(7):
    start = time.process_time()
    work()
    seconds.append(time.process_time() - start)
print(json.dumps({
    "peer": peer,
    "median_ns_per_bar": sorted(seconds)[3] / (len(pairs) * close.size) * 1e9,
    "ns_per_bar": min(seconds) / (len(pairs) * close.size) * 1e9,
    "sum_total_return": out[:, 0].sum(),
    "sum_sharpe": out[:, 1].sum(),
    "sum_max_drawdown": out[:, 2].sum(),
    "closed_trades": int(out[:, 4].sum()),
}))
