"""Recording: a person shows a task once in a real browser, and it becomes a Recording."""

from recorder.events import Revised as Revised
from recorder.session import Recorder as Recorder
