# raised: subprocess cannot fork.

import subprocess


class RunsAProgramTrader:
    def on_bar(self, bar):
        self.close = bar.close
        return subprocess.run(["/bin/true"], check=True)
