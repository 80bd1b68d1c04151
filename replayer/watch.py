"""What the browser answers while a run goes on: navigations, requests, popups, downloads and dialogs, as they come."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from playwright.async_api import BrowserContext, Dialog, Download, Error, Frame, Page, Request

from recordings.signals import DialogAnswered

UNTOLD = {"ping", "cspviolationreport", "preflight"}


@dataclass(slots=True)
class Seen:
    """All that came since the current step began."""

    navigations: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    popups: list[Page] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    downloads: list[str] = field(default_factory=list)
    dialogs: list[DialogAnswered] = field(default_factory=list)
    unexpected: list[DialogAnswered] = field(default_factory=list)


class Watch:
    """Listens to a context; tabs get their numbers in order of opening, as in the recording.

    Dialogs are answered as the demonstration answered them; one that it did not have is dismissed
    and told, since to accept it would be a guess. While a person has the pages, dialogs are theirs to answer.
    """

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self.pages: list[Page] = []
        self.crashed: set[Page] = set()
        self.seen = Seen()
        self.changed = asyncio.Event()
        self._answers: list[DialogAnswered] = []
        self._documents: dict[Page, Request] = {}
        self._handed = False

    def start(self) -> None:
        """Listen; tabs that are open already come first."""
        for page in self._context.pages:
            self._meet(page)
        self._context.on("page", self._on_page)
        self._context.on("dialog", self._on_dialog)

    def stop(self) -> None:
        self._context.remove_listener("page", self._on_page)
        self._context.remove_listener("dialog", self._on_dialog)

    def forget_after(self, count: int) -> None:
        """The tabs after the first ``count`` are closed: the next that opens has their number, as in the recording of a
        loop, which was shown on one row."""
        if all(page.is_closed() for page in self.pages[count:]):
            del self.pages[count:]

    def hand_over(self) -> None:
        """A person has the pages now; whoever shows them to the person sees to it that dialogs are answered."""
        self._handed = True

    def take_back(self, tabs: int) -> None:
        """They are the run's again. Of the tabs after the first ``tabs``, those that the person opened and closed are
        forgotten, and so are dialogs that came unasked: a person saw them."""
        self._handed = False
        self.pages[tabs:] = [page for page in self.pages[tabs:] if not page.is_closed()]
        self.seen.unexpected.clear()

    def expect(self, answers: list[DialogAnswered]) -> None:
        """A new step begins; its dialogs will be answered like this. One that came unasked is not forgotten."""
        self.seen = Seen(unexpected=self.seen.unexpected)
        self._answers = list(answers)

    def _tell(self) -> None:
        self.changed.set()

    def _meet(self, page: Page) -> None:
        if page in self.pages:
            return
        self.pages.append(page)
        page.on("request", lambda request: self._on_request(page, request))
        page.on("framenavigated", lambda frame: self._on_navigated(page, frame))
        page.on("download", self._on_download)
        page.on("close", lambda _: self._on_close(page))
        page.on("crash", lambda _: self._on_crash(page))

    def _on_page(self, page: Page) -> None:
        self._meet(page)
        self.seen.popups.append(page)
        self._tell()

    def _on_close(self, page: Page) -> None:
        if page in self.pages:
            self.seen.closed.append(self.pages.index(page))
        self._tell()

    def _on_crash(self, page: Page) -> None:
        self.crashed.add(page)
        self._tell()

    def _on_navigated(self, page: Page, frame: Frame) -> None:
        if frame == page.main_frame:
            self.crashed.discard(page)
            self.seen.navigations.append(frame.url)
            self._tell()

    def answered(self, page: Page) -> int | None:
        """The status of the answer that the tab's document came with; None where it is not known."""
        asked = self._documents.get(page)
        answer = asked.existing_response if asked is not None else None
        return answer.status if answer is not None else None

    def _on_request(self, page: Page, request: Request) -> None:
        if request.is_navigation_request() and _is_main(page, request):
            self._documents[page] = request
        if request.method in ("GET", "HEAD", "OPTIONS") or request.resource_type in UNTOLD:
            return
        self.seen.requests.append(request)
        self._tell()

    def _on_download(self, download: Download) -> None:
        self.seen.downloads.append(download.suggested_filename)
        self._tell()

    async def _on_dialog(self, dialog: Dialog) -> None:
        came = DialogAnswered(type=dialog.type, message=dialog.message[:200])
        if self._handed:
            self.seen.dialogs.append(came)
            self._tell()
            return
        known = next((a for a in self._answers if a.type == dialog.type), None)
        try:
            if known is not None:
                self._answers.remove(known)
                self.seen.dialogs.append(known.model_copy(update={"message": came.message}))
                await (dialog.accept(known.text) if known.accepted else dialog.dismiss())
            elif dialog.type == "beforeunload":
                await dialog.accept()
            else:
                self.seen.unexpected.append(came)
                await dialog.dismiss()
        except Error:
            return  # the page went away with its dialog
        finally:
            self._tell()


def _is_main(page: Page, request: Request) -> bool:
    try:
        return request.frame == page.main_frame
    except Error:  # the tab is so new that it has no frame yet: it is the document's own
        return True
