"""Writes ../data/gbm_2520.csv and ../data/gbm_2520_close.csv: geometric Brownian daily bars from numpy's generator, seed
7, eight steps a bar, drift 0.08 and volatility 0.2 a year, from 100. A bar opens at the close before it.
Another version of numpy may differ in the last digit of some."""
import pathlib

import numpy as np

BARS, STEPS = 2520, 8
rng = np.random.default_rng(7)
dt = 1 / (252 * STEPS)
z = rng.standard_normal(BARS * STEPS)
path = 100.0 * np.exp(np.cumsum((0.08 - 0.5 * 0.2**2) * dt + 0.2 * np.sqrt(dt) * z))
steps = path.reshape(BARS, STEPS)
closes = steps[:, -1]
opens = np.r_[100.0, closes[:-1]]
highs, lows = np.maximum(steps.max(1), opens), np.minimum(steps.min(1), opens)
volumes = rng.lognormal(13.0, 0.5, BARS).round()
days = np.datetime64("2014-01-01", "D") + np.arange(BARS)

data = pathlib.Path(__file__).parent.parent / "data"
(data / "gbm_2520_close.csv").write_text("close\n" + "".join(f"{float(close)!r}\n" for close in closes))
rows = zip(days, opens, highs, lows, closes, volumes)
lines = (f"{day}," + ",".join(repr(float(value)) for value in values) + "\n" for day, *values in rows)
(data / "gbm_2520.csv").write_text("ts,open,high,low,close,volume\n" + "".join(lines))
