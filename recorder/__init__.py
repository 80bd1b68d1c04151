"""Recording: a person shows a task once in a real browser, and it becomes a Recording."""

from recorder.session import Recorder as Recorder
