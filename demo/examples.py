"""Makes recordings/examples anew from the flows: ``python -m demo.examples``, or only those that are named after it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser

from agents.agent import open_context
from browser.launch import open_browser
from demo import flows
from demo import flows_frontdoor as frontdoor
from demo import flows_reports as reports
from demo.brightleaf.app import serve as serve_brightleaf
from demo.cobalt.app import serve as serve_cobalt
from demo.frontdoor.app import serve as serve_frontdoor
from demo.human import Human
from demo.northdesk.serve import serve
from demo.serving.server import Serve
from recorder import Recorder
from recordings import Recording
from recordings.editing import with_input_renamed
from recordings.editing.steps import with_repeatable
from recordings.recording import Viewport

FOLDER = Path(__file__).parent.parent / "recordings" / "examples"
PAUSE_MS = 300  # at a person's pace each step has a picture of its own


@dataclass(frozen=True, slots=True)
class Example:
    """A demonstration: what is shown, in which application, what its inputs are called, by the texts given, and what
    stands on the buttons whose requests may be sent again."""

    show: Callable[[Human, Recorder], Awaitable[None]]
    inputs: Mapping[str, str] = field(default_factory=dict)
    serve: Serve = serve
    port: int = 8010
    repeatable: tuple[str, ...] = ()


def _at_frontdoor(show: Callable[[Human, Recorder], Awaitable[None]], inputs: Mapping[str, str]) -> Example:
    return Example(show, inputs, serve_frontdoor, 8020)


def _shown(flow: flows.Flow) -> Callable[[Human, Recorder], Awaitable[None]]:
    return lambda human, _: flow(human)


def _pointed(flow: flows.PointingFlow) -> Callable[[Human, Recorder], Awaitable[None]]:
    return lambda human, recorder: flow(human, recorder.must_be_there)


EXAMPLES = {
    **{name: Example(_shown(flow)) for name, flow in flows.FLOWS.items()},
    "find-customer": Example(_pointed(flows.find_customer), {flows.CUSTOMER: "full_name"}),
    "delete-customer": Example(_shown(flows.delete_customer), {flows.CUSTOMER: "full_name"}),
    "customer-is-gone": Example(_pointed(flows.customer_is_gone), {flows.NOBODY: "full_name"}),
    "cancel-order": Example(_shown(flows.cancel_order), {flows.CUSTOMER: "customer"}),
    "order-is-cancelled": Example(_pointed(flows.order_is_cancelled), {flows.CANCELLED: "customer"}),
    "collect-document": _at_frontdoor(_shown(frontdoor.collect_document), {}),
    "validate-document": _at_frontdoor(_pointed(frontdoor.validate_document), {frontdoor.KIND: "kind"}),
    "create-account": _at_frontdoor(_shown(frontdoor.create_account), {}),
    "create-payroll-account": _at_frontdoor(_shown(frontdoor.create_payroll_account), {}),
    "remove-account": _at_frontdoor(_shown(frontdoor.remove_account), {frontdoor.SYSTEM: "system"}),
    "read-invoices": Example(reports.read_invoices),
    "read-deals": Example(reports.read_deals, {}, serve_brightleaf, 8030, ("Bericht aktualisieren",)),
    "read-revenue": Example(reports.read_revenue, {}, serve_cobalt, 8040, ("Refresh report",)),
    "account-is-gone": _at_frontdoor(_pointed(frontdoor.account_is_gone), {frontdoor.SYSTEM: "system"}),
}


async def main(names: list[str]) -> None:
    async with open_browser() as browser:
        for name in names or EXAMPLES:
            example = EXAMPLES[name]
            print((await shown(browser, name, example.port, PAUSE_MS)).save(FOLDER / name))


async def shown(browser: Browser, name: str, port: int = 0, pause_ms: float = 30) -> Recording:
    """The recording of an example, its inputs called as other examples call theirs."""
    example = EXAMPLES[name]
    async with example.serve(port=port) as app, open_context(browser, Viewport()) as context:
        async with Recorder(context, name=name) as demo:
            page = await context.new_page()
            await page.goto(f"{app.base_url}/login")
            await example.show(Human(page, pause_ms), demo)
    recording = demo.recording
    for text, wanted in example.inputs.items():
        (found,) = (item.name for item in recording.inputs if item.default == text)
        recording = with_input_renamed(recording, found, wanted)
    for text in example.repeatable:
        (step,) = (step.id for step in recording.steps if step.commits and text in step.words)
        recording = with_repeatable(recording, step)
    return recording


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
