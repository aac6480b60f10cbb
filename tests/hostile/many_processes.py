# raised: multiprocessing cannot start a process by any method.

import multiprocessing


class ManyProcessesTrader:
    def on_bar(self, bar):
        self.close = bar.close
        refused = 0
        for method in ("fork", "spawn", "forkserver"):
            try:
                multiprocessing.get_context(method).Process(target=print).start()
            except (PermissionError, OSError):
                refused += 1
        if bar.close > 0:
            raise RuntimeError("refused %d of 3" % refused)
        return "buy"
