# ok: it buys only where nothing of another class is to be seen, so any trace changes its results.

import builtins
import collections
import json
import math
import os
import random
import statistics
import sys
import tempfile
import threading
import time


class LooksForLeaksTrader:
    def __init__(self):
        traces = [module.__name__ for module in (builtins, collections, json, math, random, statistics, time)
                  if hasattr(module, "cbt_leak")]
        traces += [name for name in sys.modules if "leaks_everywhere" in name or name == "cbt_leak"]
        traces += [name for name in ("CBT_LEAK",) if name in os.environ]
        for folder in (tempfile.gettempdir(), os.path.expanduser("~"), os.getcwd(), os.path.dirname(__file__)):
            if os.path.exists(os.path.join(folder, "cbt_leak.py")):
                traces.append(folder)
        if math.sqrt(4.0) != 2.0 or statistics.mean([1, 2]) != 1.5 or len("ab") != 2 or threading.active_count() != 1:
            traces.append("broken")
        if json.loads(json.dumps([1])) != [1] or sys.getrecursionlimit() == 77:
            traces.append("broken")
        # The same random numbers for every class and every run.
        if random.random() != 0.8444218515250481 or "seven" in repr(random.Random.gauss):
            traces.append("random")
        self.found = bool(traces)
        self.count = 0

    def on_bar(self, bar):
        self.close = bar.close
        self.count += 1
        if self.found:
            return "sell"
        return "buy" if self.count % 10 < 5 else "sell"
