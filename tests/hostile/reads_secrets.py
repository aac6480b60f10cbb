# raised: a private key in the home directory, an .env and a key file beside the code.

import os

HERE = os.path.dirname(os.path.abspath(__file__))


class ReadsSecretsTrader:
    def on_bar(self, bar):
        self.close = bar.close
        refused = 0
        wanted = ("../home/.ssh/id_ed25519", "../home/.aws/credentials", ".env", "server.pem")
        for name in wanted:
            try:
                open(os.path.join(HERE, name)).read()
            except PermissionError:
                refused += 1
        if bar.close > 0:
            raise RuntimeError("refused %d of %d" % (refused, len(wanted)))
        return "buy"
