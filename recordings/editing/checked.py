"""The recording that an edit leaves must be as right as one that was read from disk."""

from __future__ import annotations

from pydantic import ValidationError

from recordings.errors import EditRefusedError
from recordings.recording import Recording


def changed(recording: Recording, **changes: object) -> Recording:
    """The recording with these fields, if it is still right.

    Raises:
        EditRefusedError: It would not be; nothing was changed.
    """
    copy = recording.model_copy(update=changes)
    try:
        # From plain values: pydantic takes models that are made already as they are, right or wrong.
        return Recording.model_validate({**copy.model_dump(), "gestures": copy.gestures, "files": copy.files})
    except ValidationError as error:
        first = error.errors()[0]
        reason = first["msg"].removeprefix("Value error, ")
        mend = (
            "choose other steps, or 'unblock' first" if reason.startswith("block") else "choose another name or value"
        )
        raise EditRefusedError(f"The recording would be wrong: {reason}.", f"Nothing was changed; {mend}.") from error
