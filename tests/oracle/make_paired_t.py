"""Writes paired_t.json with scipy: the one-sample t test of differences against a margin, and for several strata the
weighted mean with Satterthwaite's degrees of freedom. Needs numpy and scipy; run it from this folder."""
import json
from importlib.metadata import version

import numpy as np
from scipy import stats

rng = np.random.default_rng(5)
cases = []
for sizes, margin in [((30,), 0.0), ((12,), 0.05), ((2,), 0.0), ((200,), 0.02), ((8, 8), 0.0), ((40, 16, 5, 9), 0.03)]:
    strata = [np.round(0.1 + rng.standard_t(4, k) * 0.3, 6) for k in sizes]
    if len(strata) == 1:
        test = stats.ttest_1samp(strata[0], margin, alternative="greater")
        t, p, df = float(test.statistic), float(test.pvalue), float(test.df)
    else:
        parts = np.array([s.var(ddof=1) / len(s) for s in strata]) / len(strata) ** 2
        se = np.sqrt(parts.sum())
        df = float(parts.sum() ** 2 / (parts**2 / (np.array(sizes) - 1)).sum())
        t = float((np.mean([s.mean() for s in strata]) - margin) / se)
        p = float(stats.t.sf(t, df))
    cases.append(dict(strata=[s.tolist() for s in strata], margin=margin, t=t, p=p, df=df))
with open("paired_t.json", "w") as f:
    json.dump({"versions": {n: version(n) for n in ("numpy", "scipy")}, "cases": cases}, f)
