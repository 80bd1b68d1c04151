"""Whether spans are sent, by the environment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from recordings.errors import CouldNotStartError

if TYPE_CHECKING:
    from scheduler.sink import Tracing
    from showonce.settings import Settings


class TracingMissingError(CouldNotStartError):
    """Spans are asked for, and what sends them is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, and the packages that send spans are not installed.",
            "Install them: pip install 'showonce[otel]'. Or unset it.",
        )


@contextmanager
def traced(settings: Settings) -> Iterator[Tracing | None]:
    """What is told of batches until the end, None where nobody asked for spans.

    Raises:
        TracingMissingError: It cannot be sent.
    """
    if not settings.otlp_endpoint:
        yield None
        return
    try:
        from scheduler.spans import sending
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "opentelemetry":
            raise
        raise TracingMissingError from error
    with sending() as tracing:
        yield tracing
