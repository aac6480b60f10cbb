"""Splits and paths of skfolio's CombinatorialPurgedCV, written to purged_combinations.json.

    pip install skfolio==1.12.2 && python make_purged_combinations.py

skfolio has one purge length for both sides of a tested piece. Its folds are those of ours where the bars divide evenly.
"""

import json
from pathlib import Path

import numpy as np
import skfolio
from skfolio.model_selection import CombinatorialPurgedCV

CASES = [(120, 6, 2, 3, 2), (100, 10, 8, 2, 1), (90, 5, 3, 0, 0), (240, 8, 4, 7, 5), (60, 4, 2, 5, 3)]


def ranges(indices):
    """Ascending indices as [first, last + 1] pairs."""
    pieces = np.split(indices, np.flatnonzero(np.diff(indices) != 1) + 1)
    return [[int(piece[0]), int(piece[-1]) + 1] for piece in pieces if len(piece)]


def case(bars, groups, test_groups, purge, embargo):
    rule = CombinatorialPurgedCV(n_folds=groups, n_test_folds=test_groups, purged_size=purge, embargo_size=embargo)
    splits = []
    for train, test in rule.split(np.zeros((bars, 1))):
        splits.append({"train": ranges(train), "test": ranges(np.sort(np.concatenate(test)))})
    return {
        "bars": bars,
        "groups": groups,
        "test_groups": test_groups,
        "purge": purge,
        "embargo": embargo,
        "paths": int(rule.n_test_paths),
        "splits": splits,
        # Of every path, the split that tests each group.
        "path_splits": np.array(rule.recombined_paths).T.tolist(),
    }


cases = [case(*knobs) for knobs in CASES]
told = {"source": f"skfolio {skfolio.__version__}, CombinatorialPurgedCV", "cases": cases}
Path(__file__).with_suffix("").with_name("purged_combinations.json").write_text(json.dumps(told) + "\n")
