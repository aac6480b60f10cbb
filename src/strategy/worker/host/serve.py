"""The loop: configure once, then markets and blocks of parameter sets until the channel closes."""

from _contextvars import copy_context


class Host:
    def __init__(self, channel):
        self.channel = channel
        self.markets = {}

    def configure(self, header, payload):
        self.spec = header
        sources, offset = {}, 0
        for path, length in header["sources"]:
            sources[path] = payload[offset : offset + length]
            offset += length
        roots, library = header["import_roots"], list(sys.path)
        sys.path[:] = roots + [path for path in library if path not in roots]
        sys.argv[:] = [header["program"]]
        os.chdir(header["root"])
        self.surroundings = Surroundings(header["scratch"])
        self.repository = Repository(header["root"], roots, header["foreign"], sources, library, self.surroundings)
        self.repository.install()
        for name in header["preload"]:
            try:
                __import__(name)
            except ImportError:
                # Said again, with its place, by the import that needs it.
                pass
        self.reader = Reader(header["meaning"], header["entry"]["column"])
        self.caller = Caller(header["entry"], self.reader)
        self.surroundings.settle()
        self.names_seen = False
        gc.collect()
        getattr(gc, "freeze", gc.collect)()
        return {"python": sys.version.split()[0]}

    def market(self, header, payload):
        for key in header["forget"]:
            self.markets.pop(key, None)
        self.markets[header["key"]] = Market(header["count"], header["symbol"], payload, self.spec["names"])

    def run(self, nonce, header):
        market = self.markets[header["market"]]
        for number, item in enumerate(header["sets"]):
            result, targets = self.one(market, item)
            result["index"] = number
            result["tainted"] = self.finish()
            result["cpu"] = time.process_time()
            self.channel.send(nonce, result, targets)
            if result["tainted"]:
                return

    def trace(self, nonce, header):
        """As `run`, with the cells of the watched attributes behind the targets."""
        market, caller = self.markets[header["market"]], self.caller
        try:
            for number, item in enumerate(header["sets"]):
                self.caller = Tracer(self.spec["entry"], self.reader, header["attributes"])
                result, targets = self.one(market, item)
                result["index"] = number
                result["tainted"] = self.finish()
                result["cpu"] = time.process_time()
                self.channel.send(nonce, result, targets + bytes(self.caller.cells))
                if result["tainted"]:
                    return
        finally:
            self.caller = caller

    def finish(self):
        try:
            return bool(self.surroundings.restore())
        except BaseException:
            return True

    def mend(self):
        try:
            self.surroundings.put_names_back()
        except BaseException:
            # The end of the set finds that out, and has the process replaced.
            pass

    def one(self, market, item):
        while True:
            try:
                # Context variables that the class sets end with this copy.
                return copy_context().run(self.attempt, market, item)
            except Again:
                # Nothing of the first attempt is left: everything is imported afresh.
                self.finish()
            except BaseException as error:
                return {"failure": failure_of(error, "call", self.repository, None)}, b""

    def attempt(self, market, item):
        phase, self.caller.bar, self.caller.out = "import", None, None
        varied = bool(item["patches"] or item["arguments"])
        try:
            strategy, data, phase = None, None, "import"
            self.surroundings.begin()
            self.repository.begin(item["patches"])
            made = self.load()
            phase = "constructor"
            strategy, data = self.build(made, market, item)
            phase = "call"
            targets = self.caller.run(strategy, market, data)
            unused = self.repository.without_effect()
            if unused is not None:
                phase = "import"
                raise ImportError("%s holds a value of this set but was not imported, so it has no effect" % unused)
            reader = self.reader
            confidence = reader.confidence / reader.confident if reader.confident else None
            return {"clipped": reader.clipped, "confidence": confidence}, _pack("=%dd" % len(targets), *targets)
        except Again:
            raise
        except BaseException as error:
            bar = self.caller.happened_at() if phase == "call" else None
            self.mend()
            result = {"failure": failure_of(error, phase, self.repository, bar)}
            rejected = phase != "call" and isinstance(error, (ValueError, AssertionError))
            error.__traceback__ = None
        # Out of the handler, so that what the class allocated is free again.
        strategy = data = made = None
        if rejected and varied:
            result["infeasible"] = self.own_values_construct(market)
        return result, b""

    def load(self):
        module = _imported(self.spec["module"])
        if not self.names_seen:
            self.names_seen = True
            if self._has_named_numbers():
                self.reader.distrust_numbers()
        return _named(module, self.spec["qualname"])

    def _has_named_numbers(self):
        enum = LOADED.get("enum")
        for module in list(sys.modules.values()):
            if self.repository.is_own(module):
                # In a module's place may stand anything.
                fields = getattr(module, "__dict__", None)
                for value in list(fields.values()) if isinstance(fields, dict) else ():
                    if enum is not None and isinstance(value, enum.EnumMeta) and issubclass(value, (int, float)):
                        return True
        return False

    def build(self, cls, market, item):
        arguments, data = {}, None
        for argument in self.spec["constructor"]:
            source = argument["source"]
            if source["from"] == "value":
                arguments[argument["name"]] = self.json_copy(source["value"])
            elif source["from"] == "instance":
                arguments[argument["name"]] = _named(_imported(source["module"]), source["qualname"])()
            elif source["from"] == "data":
                data = arguments[argument["name"]] = market.whole(source["shape"])
        for path, value in self.spec["in_force"] + item["arguments"]:
            _put(arguments, path, self.value(cls, value))
        return cls(**arguments), data if hasattr(data, "columns") else None

    @staticmethod
    def json_copy(value):
        return _decode(_encode(value)) if isinstance(value, (dict, list)) else value

    @staticmethod
    def value(cls, value):
        if isinstance(value, dict):
            return eval(value["code"], vars(sys.modules[cls.__module__]))
        return value

    def own_values_construct(self, market):
        """Whether the class is built with the user's own values: then a rejected set is a hole, not a fault."""
        if market.constructs is None:
            self.finish()
            try:
                self.surroundings.begin()
                self.repository.begin({})
                self.build(self.load(), market, {"patches": {}, "arguments": []})
                market.constructs = True
            except BaseException:
                market.constructs = False
        return market.constructs


def _imported(name):
    __import__(name)
    return sys.modules[name]


def _named(module, qualname):
    value = module
    for name in qualname.split("."):
        value = getattr(value, name)
    return value


def _put(arguments, path, value):
    """Sets `config.lookback` in the arguments: dicts by key, companion objects by attribute."""
    if len(path) == 1:
        arguments[path[0]] = value
        return
    held = arguments.get(path[0])
    if held is None:
        held = arguments[path[0]] = {}
    arguments[path[0]] = _with(held, path[1:], value)


def _with(held, path, value):
    name = path[0]
    if isinstance(held, dict):
        held[name] = value if len(path) == 1 else _with(held.get(name) or {}, path[1:], value)
        return held
    if len(path) > 1:
        value = _with(getattr(held, name), path[1:], value)
    import dataclasses

    if dataclasses.is_dataclass(held):
        return dataclasses.replace(held, **{name: value})
    setattr(held, name, value)
    return held


def serve():
    channel = Channel(READS, WRITES)
    host = Host(channel)
    while True:
        nonce, header, payload = channel.receive()
        act = header["act"]
        if act == "configure":
            channel.send(nonce, host.configure(header, payload))
        elif act == "market":
            host.market(header, payload)
        elif act == "trace":
            host.trace(nonce, header)
        else:
            host.run(nonce, header)
