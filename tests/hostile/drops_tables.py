# raised: text that looks like SQL and HTML in names, values and messages arrives as it is and does nothing.

class DropsTablesTrader:
    def __init__(self, table="'; DROP TABLE runs; --", markup="<script>alert(1)</script>"):
        self.table, self.markup = table, markup

    def on_bar(self, bar):
        self.close = bar.close
        if bar.close > 0:
            raise ValueError(self.table + self.markup)
        return "buy"
