"""What went wrong, told without trusting the exception that tells it."""

MESSAGE_LIMIT = 2000
REPR_LIMIT = 120


class Unreadable(Exception):
    """An answer that is no target exposure."""

    def __init__(self, message, bar=None):
        super().__init__(message)
        self.message, self.bar = message, bar


class WrongLength(Unreadable):
    pass


class Missing(Exception):
    """A module the strategy's shapes need is not there."""


def shorten(text, limit, total=None):
    total = len(text) if total is None else total
    text = _without_addresses(text[:limit])
    text = text if total <= limit else text + "… (%d characters)" % total
    return text.encode("utf-8", "replace").decode("utf-8")


def _without_addresses(text):
    """An address differs from run to run and says nothing."""
    first, *parts = text.split("0x")
    for number, part in enumerate(parts):
        rest = part.lstrip("0123456789abcdefABCDEF")
        if len(part) - len(rest) >= 6:
            parts[number] = "…" + rest
    return "0x".join([first, *parts])


def type_name(value):
    try:
        return str(type.__getattribute__(type(value), "__name__"))
    except BaseException:
        return "?"


def show(value):
    try:
        text = repr(value)
    except BaseException:
        text = "<no repr>"
    return "%s (%s)" % (shorten(text, REPR_LIMIT), type_name(value))


def last_line(error):
    try:
        text = str(error)
    except BaseException as inner:
        text = "<str() raised %s>" % type_name(inner)
    # The whole of a hostile message may be huge: cut before splitting it.
    total, text = len(text), text[:MESSAGE_LIMIT]
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    text = " ".join(lines) if len(lines) <= 3 else lines[0] + " …"
    name = type_name(error)
    return "%s: %s" % (name, shorten(text, MESSAGE_LIMIT, total)) if text else name


def place(error, repository):
    """File and line of the innermost frame in the user's own code."""
    found = None
    try:
        if isinstance(error, SyntaxError) and isinstance(error.filename, str) and repository.owns(error.filename):
            return repository.relative(error.filename), error.lineno if isinstance(error.lineno, int) else None
        trace = error.__traceback__
        while trace is not None:
            if repository.owns(trace.tb_frame.f_code.co_filename):
                found = repository.relative(trace.tb_frame.f_code.co_filename), trace.tb_lineno
            trace = trace.tb_next
    except BaseException:
        pass
    return found or (None, None)


def failure_of(error, phase, repository, bar):
    """The header's failure: kind as in the engine, message, file, line, bar."""
    kind = phase
    if isinstance(error, Unreadable):
        kind = "wrong_length" if isinstance(error, WrongLength) else "answer"
        bar = error.bar if error.bar is not None else bar
        message = shorten(error.message, MESSAGE_LIMIT)
    elif isinstance(error, Missing):
        kind, message = "missing_module", str(error)
    else:
        if isinstance(error, MemoryError):
            kind = "memory"
        elif isinstance(error, SystemExit):
            kind = "exit"
        elif isinstance(error, ModuleNotFoundError):
            kind = "missing_module"
        message = last_line(error)
    file, line = place(error, repository)
    message = message.replace(repository.scratch, "~")
    return {"kind": kind, "message": message, "file": file, "line": line, "bar": bar}
