"""What attributes of the instance hold after each bar, beside its answers. Only verification asks for this."""

ABSENT_TAG, NONE_TAG, BOOL_TAG, INT_TAG, FLOAT_TAG, STR_TAG, OTHER_TAG = range(7)
FLOAT_CELL, INT_CELL = struct.Struct("<Bd").pack, struct.Struct("<Bq").pack


def cell(value):
    kind = type(value)
    if kind is float or isinstance(value, float):
        return FLOAT_CELL(FLOAT_TAG, value)
    if kind is bool:
        return INT_CELL(BOOL_TAG, value)
    if is_member(value):
        return INT_CELL(OTHER_TAG, 0)
    if kind is int or isinstance(value, int):
        return INT_CELL(INT_TAG, value) if -(1 << 63) <= value < 1 << 63 else INT_CELL(OTHER_TAG, 0)
    if value is None:
        return INT_CELL(NONE_TAG, 0)
    return INT_CELL(STR_TAG if isinstance(value, str) else OTHER_TAG, 0)


class Watched(list):
    """The targets so far; each one that is added is a bar that ended well."""

    def __init__(self, strategy, paths, cells):
        super().__init__()
        self.strategy, self.paths, self.cells = strategy, paths, cells

    def append(self, target):
        list.append(self, target)
        for path in self.paths:
            held = self.strategy
            try:
                for name in path:
                    held = getattr(held, name)
            except AttributeError:
                self.cells += INT_CELL(ABSENT_TAG, 0)
                continue
            self.cells += cell(held)


class Tracer(Caller):
    """Follows the entry as its parent does, and looks at the instance after each bar."""

    def __init__(self, entry, reader, attributes):
        super().__init__(entry, reader)
        if entry["protocol"] in ("vectorised", "data_in_constructor"):
            raise Unreadable("a %s entry has no bars to look at" % entry["protocol"])
        self.paths = [attribute.split(".") for attribute in attributes]
        # Asks bar by bar: answers that are looked up in one go would pass by unseen.
        self.hashable = False
        self.strategy, self.cells = None, bytearray()

    def run(self, strategy, market, data):
        self.strategy = strategy
        return super().run(strategy, market, data)

    @property
    def out(self):
        return self.watched

    @out.setter
    def out(self, targets):
        self.cells = bytearray()
        self.watched = None if targets is None else Watched(self.strategy, self.paths, self.cells)
