"""Notes in the audit log what was done at the command line, by the name that the system knows the person by."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from recordings.audit import Deed

if TYPE_CHECKING:
    from pathlib import Path

    from recordings.recording import Recording
    from store import Store


def person() -> str:
    """The name of the user that this process runs as. Not by the environment, in which anybody can write any name."""
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # in a container the user may have a number alone
        return f"user {os.getuid()}"


async def note(store: Store, act: Deed, what: str, **facts: str | int) -> None:
    """Note what the person did, where the store is open; see ``Audit.append`` for what may stand in it."""
    await store.audit.append(person(), act, what, **facts)


def note_alone(act: Deed, what: str, **facts: str | int) -> None:
    """The same, in a command that has no use for the store otherwise."""
    asyncio.run(_note_alone(act, what, facts))


def edit_facts(before: Recording, after: Recording) -> dict[str, str]:
    """Which steps, inputs and secrets an edit changed, by their names alone."""
    from showonce.edit_session import changed_steps

    gone = {step.id for step in before.steps} - {step.id for step in after.steps}
    steps = sorted(changed_steps(before, after) | gone)
    inputs = sorted(each.name for each in {*before.inputs} ^ {*after.inputs})
    secrets = sorted({each.name for each in after.secrets} - {each.name for each in before.secrets})
    told = {"steps": steps, "inputs": list(dict.fromkeys(inputs)), "secrets": secrets}
    return {name: ", ".join(found) for name, found in told.items() if found}


def results_fact(results: Path | None) -> dict[str, str]:
    """That the rows' results are written to a file as well; not to which, whose name may say of whom they are."""
    return {} if results is None else {"results": "to a file"}


async def _note_alone(act: Deed, what: str, facts: dict[str, str | int]) -> None:
    from showonce.settings import read_settings
    from store import open_store

    settings = read_settings()
    async with open_store(settings.home, url=settings.database_url) as store:
        await note(store, act, what, **facts)
