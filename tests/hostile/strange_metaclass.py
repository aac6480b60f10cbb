# raised: calling the class gives something else, whose entry is no method.


class Meta(type):
    def __call__(cls, *args, **keywords):
        return cls

    def __getattribute__(cls, name):
        if name == "on_bar":
            raise AttributeError("there is no such entry")
        return type.__getattribute__(cls, name)


class StrangeMetaclassTrader(metaclass=Meta):
    def on_bar(self, bar):
        self.close = bar.close
        return "buy"
