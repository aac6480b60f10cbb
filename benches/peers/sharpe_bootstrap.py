"""The stationary bootstrap of a Sharpe ratio as one would write it for numba: prefix sums over the returns laid twice
end to end, block lengths drawn as geometric variates, so that a block costs the same however long it is. On one thread
and on all, and, where it is installed, with the arch package.

Prints one JSON object: wall ns per resampled return, the best of all batches, and the 95% interval to compare by."""

import argparse
import json
import time
import warnings
from importlib.metadata import version

import numba
import numpy as np

warnings.filterwarnings("ignore")


@numba.njit(parallel=True)
def resample(returns, fresh, seed, ratios):
    n = returns.size
    first, second = np.zeros(2 * n + 1), np.zeros(2 * n + 1)
    for i in range(2 * n):
        first[i + 1] = first[i] + returns[i % n]
        second[i + 1] = second[i] + returns[i % n] ** 2
    scale = 1.0 / np.log(1.0 - fresh)
    for k in numba.prange(ratios.size):
        np.random.seed(seed + k)
        left, total, squares = n, 0.0, 0.0
        while left > 0:
            start = int(np.random.random() * n)
            length = min(int(np.log(1.0 - np.random.random()) * scale) + 1, left)
            total += first[start + length] - first[start]
            squares += second[start + length] - second[start]
            left -= length
        mean = total / n
        ratios[k] = mean / np.sqrt((squares - n * mean * mean) / (n - 1))


def least(work, runs):
    """The best wall time of `runs`, after one that warms up, in seconds."""
    work()
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("closes", help="CSV with one column of closes; 100 comes before the first")
    parser.add_argument("--block", type=float, default=10.0, help="mean length of the blocks")
    parser.add_argument("--resamples", type=int, default=10_000, help="for the interval")
    parser.add_argument("--batch", type=int, default=250, help="resamples at once")
    knob = parser.parse_args()
    closes = np.loadtxt(knob.closes, skiprows=1)
    returns = closes / np.r_[100.0, closes[:-1]] - 1

    def compiled(count):
        ratios = np.empty(count)
        resample(returns, 1 / knob.block, 7, ratios)
        return ratios

    def figures(work, count, runs):
        low, high = np.quantile(work(knob.resamples), [0.025, 0.975])
        ns = least(lambda: work(count), runs) * 1e9 / (count * returns.size)
        return {"ns_per_return": ns, "interval": [low, high]}

    threads = numba.get_num_threads()
    runs = 10 * knob.resamples // knob.batch
    numba.set_num_threads(1)
    found = {"numba": figures(compiled, knob.batch, runs)}
    numba.set_num_threads(threads)
    # All resamples at once: handing them to threads is not free.
    found["numba_all_threads"] = {"threads": threads, **figures(compiled, knob.resamples, 15)}
    try:
        from arch.bootstrap import StationaryBootstrap
    except ImportError:
        pass
    else:

        def package(count):
            bootstrap = StationaryBootstrap(knob.block, returns, seed=np.random.default_rng(7))
            return bootstrap.apply(lambda r: np.array([r.mean() / r.std(ddof=1)]), count)[:, 0]

        found["arch"] = {**figures(package, 40, 50), "version": version("arch")}
    found["versions"] = {name: version(name) for name in ("numba", "numpy")}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
