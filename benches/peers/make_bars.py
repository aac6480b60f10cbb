"""Writes ../data/gbm_2520_close.csv: geometric Brownian daily closes from numpy's generator, seed 7, eight steps a
bar, drift 0.08 and volatility 0.2 a year, from 100. A bar opens at the close before it."""
import pathlib

import numpy as np

BARS, STEPS = 2520, 8
dt = 1 / (252 * STEPS)
z = np.random.default_rng(7).standard_normal(BARS * STEPS)
path = 100.0 * np.exp(np.cumsum((0.08 - 0.5 * 0.2**2) * dt + 0.2 * np.sqrt(dt) * z))
closes = path.reshape(BARS, STEPS)[:, -1]
text = "close\n" + "".join(f"{float(close)!r}\n" for close in closes)
(pathlib.Path(__file__).parent.parent / "data" / "gbm_2520_close.csv").write_text(text)
