"""The documents: what is recorded, what is found, what was done. Pure; imports none of the other packages."""

from recordings.recording import Recording as Recording
