# raised: text that looks like SQL and HTML in names, values and messages arrives as it is and does nothing.

TABLE = "'; DROP TABLE backtest_results; --"


class DropsTablesTrader:
    def __init__(self, table="'; DROP TABLE runs; --", markup="<script>alert(1)</script>"):
        self.table, self.markup = table, markup

    def on_bar(self, bar):
        raise ValueError(self.table + self.markup)
