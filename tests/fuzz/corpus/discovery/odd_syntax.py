class ÜmläutStrategy[T](metaclass=Meta, **{"a": 1}):
    x: int = 0x_1F; y = 1_000.5e-3j; z = 0b1010
    async def on_bar(self, bar, /, *a, k=..., **kw): return await (yield)
    match = lambda self, *, x=1: (x if x else (y for y in [*range(3)]) )
    def on_data(self, df):
        match df:
            case {"close": [first, *_], **rest} if first > 0: return 1
            case Point(x=0) | None: return -1
            case _: return 0
        try: pass
        except* (ValueError, TypeError) as e: raise e from None
        finally: del self.x, (self.y)
        global g; nonlocal_ = 1; type Alias[K] = dict[K, int]
        with (open("a") as a, open("b") as b): assert a, "no"
        return b'\x00' rb'\d' u'x' f"{a!s:{b}}" 'it''s'
