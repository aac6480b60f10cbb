# crash: file after file in the directory it may write to.

import os
import tempfile


class FillsScratchTrader:
    def on_bar(self, bar):
        self.close = bar.close
        number = 0
        while True:
            number += 1
            with open(os.path.join(tempfile.gettempdir(), str(number)), "wb") as file:
                file.write(bytes(8 << 20))
        return "buy"
