"""Replay: a recording is done again, each element found by what it is, each effect seen again."""

from replayer.locate import Located, Waits, locate
from replayer.locate import describe_target as describe
from replayer.replay import Replayer
from replayer.sinks import Kept

__all__ = ["Kept", "Located", "Replayer", "Waits", "describe", "locate"]
