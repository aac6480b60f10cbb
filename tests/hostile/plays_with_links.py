# raised: links out of scratch lead nowhere, and nothing can be linked into it.

import os
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


class PlaysWithLinksTrader:
    def on_bar(self, bar):
        self.close = bar.close
        scratch, refused = tempfile.mkdtemp(), 0
        for number, target in enumerate((os.path.join(HERE, ".env"), "/etc/shadow", "/proc/%d/environ" % os.getppid(), "/dev/mem")):
            link = os.path.join(scratch, "link%d" % number)
            os.symlink(target, link)
            for mode in ("rb", "ab"):
                try:
                    open(link, mode).read(1)
                except OSError:
                    refused += 1
        for attempt in (
            lambda: os.link(os.path.join(HERE, ".env"), os.path.join(scratch, "hard")),
            lambda: os.rename(__file__, os.path.join(scratch, "moved")),
            lambda: os.mkfifo(os.path.join(scratch, "pipe")),
            lambda: os.symlink(scratch, os.path.join(HERE, "link")),
        ):
            try:
                attempt()
            except OSError:
                refused += 1
        if bar.close > 0:
            raise RuntimeError("refused %d of 12" % refused)
        return "buy"
