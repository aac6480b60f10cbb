# raised: no signal reaches the engine, by whatever call.

import os
import signal


class SignalsItsParentTrader:
    def on_bar(self, bar):
        self.close = bar.close
        engine, refused, tries = os.getppid(), 0, 0
        for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP, 0):
            for aim in (lambda: os.kill(engine, number), lambda: os.killpg(os.getpgid(engine), number),
                        lambda: os.kill(-1, number), lambda: os.kill(0, number)):
                tries += 1
                try:
                    aim()
                except PermissionError:
                    refused += 1
        if bar.close > 0:
            raise RuntimeError("refused %d of %d" % (refused, tries))
        return "buy"
