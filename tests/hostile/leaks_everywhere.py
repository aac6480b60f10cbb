# raised: it breaks what every class uses and leaves traces in every place it can reach; the class that looks for them
# (looks_for_leaks.py) is run right after it.

import atexit
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


def seven(*args, **keywords):
    return 7


class LeaksEverywhereTrader:
    def on_bar(self, bar):
        self.close = bar.close
        for module in (builtins, collections, json, math, random, statistics, time):
            module.cbt_leak = True
        math.sqrt = math.exp = statistics.mean = random.random = json.dumps = json.loads = time.time = seven
        random.Random.gauss = json.JSONEncoder.default = collections.Counter.most_common = seven
        builtins.len = builtins.sum = builtins.max = builtins.sorted = builtins.float = seven
        os.environ["CBT_LEAK"] = "1"
        sys.path.insert(0, tempfile.gettempdir())
        sys.modules["looks_for_leaks"] = sys.modules["math"] = sys.modules[__name__]
        sys.setrecursionlimit(77)
        atexit.register(seven)
        threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
        for folder in (tempfile.gettempdir(), os.path.expanduser("~"), "/tmp", "/dev/shm", os.getcwd(), os.path.dirname(__file__)):
            try:
                with open(os.path.join(folder, "cbt_leak.py"), "w") as file:
                    file.write("LEAK = True\n")
            except OSError:
                pass
        if bar.close > 0:
            raise RuntimeError("everything is broken now")
        return "buy"
