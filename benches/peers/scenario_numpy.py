"""The model of `src/scenario` in vectorised numpy: OHLCV paths of one mood, GJR-GARCH, skewed t, jumps, volume.

Bars run down the rows and paths along the columns, so that every step of the recursion works on contiguous memory;
all random numbers are drawn in bulk from SFC64, numpy's quickest generator, and arrays are updated in place.

Prints one JSON line: CPU ns per path-bar, the best of all runs and batch sizes, and figures to compare the paths by."""

import argparse
import json
import math
import time

import numpy as np


def knobs():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True, help="JSON of scenario::Model")
    parser.add_argument("--instrument", required=True, help="JSON of scenario::Instrument")
    parser.add_argument("--batches", type=int, nargs="+", default=[100, 250, 1000, 4000], help="paths at once; the quickest counts")
    parser.add_argument("--bars", type=int, default=252)
    parser.add_argument("--runs", type=int, default=7)
    return parser.parse_args()


def skew_t(rng, nu, lam, shape):
    """Hansen (1994), mean 0 and variance 1."""
    c = math.exp(math.lgamma((nu + 1) / 2) - math.lgamma(nu / 2)) / math.sqrt(math.pi * (nu - 2))
    a = 4 * lam * c * (nu - 2) / (nu - 1)
    b = math.sqrt(1 + 3 * lam * lam - a * a)
    z = rng.standard_t(nu, shape)
    np.abs(z, out=z)
    z *= math.sqrt((nu - 2) / nu)
    z *= np.where(rng.random(shape, dtype=np.float32) < (1 + lam) / 2, (1 + lam) / b, (lam - 1) / b)
    z -= a / b
    return z


def jumps(rng, law, rate, overnight, gap_share, intraday):
    """Adds a Poisson number of jumps at uniform places: the same law as a count for every bar, at a fraction of the cost."""
    count = rng.poisson(rate * overnight.size)
    place = rng.integers(0, overnight.size, count)
    size = law["mean"] + law["sd"] * rng.standard_normal(count)
    night = (rng.random(count) < gap_share) & (place >= overnight.shape[1])
    np.add.at(overnight.reshape(-1), place[night], size[night])
    np.add.at(intraday.reshape(-1), place[~night], size[~night])


def simulate(seed, model, instrument, bars, paths):
    rng = np.random.Generator(np.random.SFC64(seed))
    shape, periods = (bars, paths), instrument["periods_per_year"]
    law, garch, gap = model["jumps"], model["garch"], instrument["gap_share"]
    target = model["vol_per_year"] ** 2 / periods
    rate = law["per_year"] / periods
    level = target - rate * (law["mean"] ** 2 + law["sd"] ** 2)
    omega = level * (1 - garch["arch"] - garch["leverage"] / 2 - garch["memory"])
    drift = model["drift_per_year"] / periods - rate * law["mean"]
    pull = model["pull_per_year"] / periods

    z = skew_t(rng, model["tail_nu"], model["skew_lambda"], shape)
    overnight, intraday = np.zeros(shape), np.zeros(shape)
    jumps(rng, law, rate, overnight, gap, intraday)

    sigma, move = np.empty(shape), z
    h = np.full(paths, (model["initial_vol"] or 0) ** 2 / periods or level)
    square, weight, x = np.empty(paths), np.empty(paths), np.zeros(paths)
    for t in range(bars):
        np.sqrt(h, out=sigma[t])
        e = move[t]
        e *= sigma[t]
        np.multiply(e, e, out=square)
        np.less(e, 0, out=weight)
        weight *= garch["leverage"]
        weight += garch["arch"]
        square *= weight
        h *= garch["memory"]
        h += square
        h += omega
        np.minimum(h, 25 * target, out=h)
        e += drift
        if pull:
            e -= pull * x
            x += e
            x += overnight[t]
            x += intraday[t]

    total = overnight + intraday
    total += move
    close = np.cumsum(total, axis=0)
    before = close - total
    night = np.full((bars, 1), gap)
    night[0] = 0
    open_ = move
    open_ *= night
    open_ += before
    open_ += overnight
    if gap:
        normal = rng.standard_normal(shape)
        normal *= sigma
        normal *= np.sqrt(night * (1 - night))
        open_ += normal
    spread = sigma * sigma
    spread *= 2 * (1 - night)
    middle = open_ + close
    body = close - open_
    body *= body
    high = rng.standard_exponential(shape)
    low = rng.standard_exponential(shape)
    for extreme, sign in ((high, 1), (low, -1)):
        extreme *= spread
        extreme += body
        np.sqrt(extreme, out=extreme)
        extreme *= 0.5 * sign
        extreme += 0.5 * middle

    rule = instrument["volume"]
    np.abs(total, out=total)
    total /= sigma
    np.minimum(total, 10, out=total)
    total -= 0.8
    total *= rule["response"]
    noise = rng.standard_normal(shape)
    noise *= rule["noise"]
    total += noise
    y = rng.standard_normal(paths) * rule["noise"] / math.sqrt(1 - rule["persistence"] ** 2)
    for t in range(bars):
        y *= rule["persistence"]
        y += total[t]
        total[t] = y
    volume = total
    if rule["growth_per_year"]:
        volume += rule["growth_per_year"] / periods * np.arange(bars)[:, None]
    for column, scale in ((open_, instrument["start_price"]), (high, instrument["start_price"]),
                          (low, instrument["start_price"]), (close, instrument["start_price"]), (volume, rule["level"])):
        np.exp(column, out=column)
        column *= scale
    # exp may round two neighbours past each other.
    np.maximum(high, open_, out=high)
    np.maximum(high, close, out=high)
    np.minimum(low, open_, out=low)
    np.minimum(low, close, out=low)
    return open_, high, low, close, volume


def main():
    knob = knobs()
    model, instrument = json.loads(knob.model), json.loads(knob.instrument)
    best = None
    for paths in knob.batches:
        for run in range(knob.runs):
            begin = time.process_time()
            bars = simulate(run, model, instrument, knob.bars, paths)
            spent = (time.process_time() - begin) * 1e9 / (knob.bars * paths)
            # The first run of a batch size warms up.
            if run and (best is None or spent < best[0]):
                best = (spent, paths)
    open_, high, low, close, volume = bars
    returns = np.diff(np.log(np.vstack([open_[:1], close])), axis=0)
    print(json.dumps({
        "ns_per_path_bar": best[0],
        "paths_at_once": best[1],
        "mean_volatility": float((returns.std(axis=0, ddof=1) * math.sqrt(instrument["periods_per_year"])).mean()),
        "mean_log_range": float(np.log(high / low).mean()),
        "sd_log_volume": float(np.log(volume).std()),
        "numpy": np.__version__,
    }))


if __name__ == "__main__":
    main()
