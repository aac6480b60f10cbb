"""One market in the shapes that classes take. Each shape is built once and kept; what a class could change is copied."""

from itertools import repeat

try:
    # The classes of `datetime` without the module around them.
    from _datetime import datetime, timedelta
except ImportError:
    from datetime import datetime, timedelta

EPOCH = datetime(1970, 1, 1)
FIELDS = ("open", "high", "low", "close", "volume")
DATES = ("timestamp", "time", "date", "ts", "datetime")


class Changed:
    """Whether any bar was written to; such bars are not given to the next set."""

    flag = False


def _alias(name):
    return property(lambda bar: getattr(bar, name))


class Bar:
    """`bar.close`; further attributes may be set, as on any object."""

    __slots__ = ("timestamp",) + FIELDS + ("__dict__",)

    def __init__(self, timestamp, open, high, low, close, volume):
        put = object.__setattr__
        put(self, "timestamp", timestamp)
        put(self, "open", open)
        put(self, "high", high)
        put(self, "low", low)
        put(self, "close", close)
        put(self, "volume", volume)

    def __setattr__(self, name, value):
        Changed.flag = True
        object.__setattr__(self, name, value)

    def __delattr__(self, name):
        Changed.flag = True
        object.__delattr__(self, name)

    def __repr__(self):
        return "Bar(%s)" % ", ".join("%s=%r" % (name, getattr(self, name)) for name in self.__slots__[:-1])


for _name in DATES[1:]:
    setattr(Bar, _name, _alias("timestamp"))
for _name in ("timestamp", "time", "date", "datetime") + FIELDS:
    setattr(Bar, _name.capitalize(), _alias(_name))


class Blank:
    """A bar while it is filled: a plain assignment is several times as quick as one past `Bar.__setattr__`."""

    __slots__ = Bar.__slots__

    def __init__(self, timestamp, open, high, low, close, volume):
        self.timestamp = timestamp
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
        self.__class__ = Bar


try:
    Blank(None, None, None, None, None, None)
except TypeError:
    # Before Python 3.11 the two are not alike enough.
    Blank = Bar


class Market:
    def __init__(self, count, symbol, payload, names):
        self.count, self.symbol, self.names = count, symbol, names
        self.payload = payload
        self.kept = {}
        # Whether the class is built with the user's own values; asked when a set is rejected.
        self.constructs = None

    def _once(self, key, build):
        value = self.kept.get(key)
        if value is None:
            value = self.kept[key] = build()
        return value

    def _raw(self, index, code):
        width = 8 * self.count
        return memoryview(self.payload)[index * width : (index + 1) * width].cast(code)

    def field(self, name):
        """A column as a list of floats; `timestamp` as naive UTC datetimes."""
        name = name.lower()
        if name in DATES:
            return self._once("timestamp", self._times)
        if name not in FIELDS:
            raise Unreadable("there is no column %r; a market has timestamp, %s" % (name, ", ".join(FIELDS)))
        return self._once(name, lambda: self._raw(1 + FIELDS.index(name), "d").tolist())

    def _times(self):
        return [EPOCH + timedelta(microseconds=micros) for micros in self._raw(0, "q")]

    def _columns(self):
        return [self.field(name) for name in ("timestamp",) + FIELDS]

    def attributes(self):
        if Changed.flag:
            self.kept.pop("attributes", None)
            Changed.flag = False
        return self._once("attributes", lambda: list(map(Blank, *self._columns())))

    def tuples(self):
        def build():
            stamps = [micros // 1000 for micros in self._raw(0, "q")]
            return list(zip(stamps, *self._columns()[1:]))

        return self._once("tuples", build)

    def dicts(self):
        def build():
            keys = ["timestamp"] + list(FIELDS)
            if self.names["title"]:
                keys = (keys if self.names["lower"] else keys[:1]) + [name.capitalize() for name in FIELDS]
            keys += [name for name in self.names["dates"] if name not in keys]
            columns = [self.field(name) for name in keys]
            return [dict(zip(keys, row)) for row in zip(*columns)]

        return list(map(dict.copy, self._once("dicts", build)))

    def array(self):
        numpy = needed("numpy")
        return self._once("array", lambda: numpy.array(self._raw(4, "d")))

    def frame(self):
        """A fresh frame: whatever a class does to it stays with it."""
        return self._once("frame", self._frame).copy()

    def stamps(self):
        return self._once("frame", self._frame).index

    def _frame(self):
        pandas, numpy = needed("pandas"), needed("numpy")
        unit = "datetime64[us]" if int(pandas.__version__.split(".")[0]) >= 3 else "datetime64[ns]"
        stamps = numpy.array(self._raw(0, "q")).view("datetime64[us]").astype(unit)
        dates = self.names["dates"]
        # A column of the index's name would be ambiguous to pandas.
        index = pandas.DatetimeIndex(stamps, name=None if "timestamp" in dates else "timestamp")
        columns = {name: stamps.copy() for name in dates}
        for number, name in enumerate(FIELDS):
            values = numpy.array(self._raw(1 + number, "d"))
            if self.names["lower"]:
                columns[name] = values
            if self.names["title"]:
                columns[name.capitalize()] = values.copy()
        return pandas.DataFrame(columns, index=index)

    def series(self):
        return self.frame()["close" if self.names["lower"] else "Close"].rename("close")

    def rows(self):
        frame = self._once("frame", self._frame)
        return [row.copy() for row in self._once("rows", lambda: [row for _, row in frame.iterrows()])]

    def bars(self, shape):
        return {"attributes": self.attributes, "dict": self.dicts, "pandas_row": self.rows, "tuple": self.tuples}[shape]()

    def whole(self, shape):
        """The whole series in a window shape, safe to change."""
        if shape == "frame":
            return self.frame()
        if shape == "series_of_closes":
            return self.series().copy()
        if shape == "array_of_closes":
            return self.array().copy()
        if shape == "dict_of_lists":
            return {name: list(self.field(name)) for name in self._list_names()}
        return list(self.column_of(shape))

    def _list_names(self):
        titles = [name.capitalize() for name in FIELDS] if self.names["title"] else []
        return ["timestamp"] + (list(FIELDS) if self.names["lower"] else []) + titles

    def column_of(self, shape):
        if shape == "list_of_closes":
            return self.field("close")
        return self.bars({"list_of_attributes": "attributes", "list_of_dicts": "dict"}[shape])

    def window(self, shape):
        """bar -> the bars up to and including it, as an object of its own that holds no later value."""
        if shape in ("frame", "series_of_closes"):
            whole = self.whole(shape)
            return lambda bar: whole.iloc[: bar + 1].copy()
        if shape == "array_of_closes":
            array_ = self.array()
            return lambda bar: array_[: bar + 1].copy()
        if shape == "dict_of_lists":
            lists = [(name, self.field(name)) for name in self._list_names()]
            return lambda bar: {name: values[: bar + 1] for name, values in lists}
        column = self.column_of(shape)
        return lambda bar: column[: bar + 1]


def needed(name):
    module = sys.modules.get(name)
    if module is None:
        try:
            module = __import__(name)
        except ImportError as error:
            raise Missing("No module named %r: this strategy takes %s objects, and %s cannot import it (%s)" % (
                name, name, sys.executable, error)) from None
    return module
