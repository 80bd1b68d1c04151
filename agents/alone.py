"""One run outside of a batch, begun with a saved session, and anew where the session had expired."""

from __future__ import annotations

from collections.abc import Callable

from agents.agent import Job
from agents.policy import AskPerson, SignIn, decide, told_by
from agents.pool import AgentPool
from agents.sessions import Lent, Sessions
from recordings.trace import Failure, Trace

_UNKNOWN = Failure(code="Unknown", message="The run failed.")


async def run_signed_in(
    pool: AgentPool, sessions: Sessions, name: str, job: Callable[[Lent], Job]
) -> tuple[Trace, str]:
    """Run what ``job`` makes of a session; the last run, and why only a person can help, "" where that is not so.

    It is begun anew only where nothing of the run before can have taken effect.

    Raises:
        SessionMissingError: No session is kept under this name.
    """
    sign_ins = 0
    while True:
        session = await sessions.lend(name)
        asked = job(session)
        trace = await pool.run(asked)
        if trace.status == "passed":
            return trace, ""
        failure, known = trace.failure or _UNKNOWN, told_by(trace, asked.plan.recording)
        verdict = decide(failure, 1, known, retries=0, sign_ins=sign_ins)
        if not isinstance(verdict, SignIn):
            return trace, verdict.reason if isinstance(verdict, AskPerson) else ""
        if why := await sessions.renew(session, pool.run):
            return trace, why
        sign_ins += 1
