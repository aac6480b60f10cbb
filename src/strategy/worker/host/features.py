"""What a feature step gave, in the shapes that the entry after it takes."""


class Features:
    def __init__(self, name, result, market):
        self.name, self.result, self.market = name, result, market
        self.placed = self.listed = None

    def places(self):
        """bar -> the number of its row. Bars whose rows were dropped (a warm-up, say) have None: nothing to ask."""
        if self.placed is None:
            self.placed = self._places()
        return self.placed

    def has_gaps(self):
        return None in self.places()

    def _places(self):
        result, count = self.result, self.market.count
        if isinstance(result, dict):
            lengths = sorted({_length(column) or 0 for column in result.values()})
            if lengths != [count]:
                raise WrongLength("%s gave columns of %s values for %d bars" % (self.name, lengths, count))
        elif _length(result) != count:
            bars = _bars_of(result, self.market)
            if bars is None:
                raise WrongLength("%s gave %s rows for %d bars" % (self.name, _length(result), count))
            places = [None] * count
            for row, bar in enumerate(bars):
                places[bar] = row
            return places
        return range(count)

    def rows(self):
        """One row per bar, None where there is none."""
        if self.listed is None:
            self.listed = self._rows()
        return self.listed

    def _rows(self):
        result, places = self.result, self.places()
        if _is_frame(result):
            rows = [row for _, row in result.iterrows()]
        elif isinstance(result, dict):
            rows = [dict(zip(result, row)) for row in zip(*result.values())]
        else:
            rows = list(result)
        return [None if place is None else rows[place] for place in places]

    def window(self):
        """bar -> the rows up to and including it, as an object of its own that holds no later value."""
        result, places = self.result, self.places()
        if hasattr(result, "iloc"):
            return lambda bar: result.iloc[: places[bar] + 1].copy()
        if isinstance(result, dict):
            return lambda bar: {name: _until(column, bar + 1) for name, column in result.items()}
        return lambda bar: _until(result, bar + 1)


def _until(column, end):
    part = column.iloc[:end] if hasattr(column, "iloc") else column[:end]
    return part.copy() if hasattr(part, "copy") else part
