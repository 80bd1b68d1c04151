// Whether all of a list stands in the document: what the page says of its length, room for rows that are not there,
// rows below what is seen, pages that a pager offers.
import { fold } from "../text";
import { all, isVisible, rootsOf } from "../tree";
import type { Read } from "./rows";

/** `count` is how many rows there are as the page tells it, its headings among them, 0 where it does not; `windowed`:
 *  there is room for more rows than stand in the document; `blank`: such room is seen; `above` and `below`: it can be
 *  scrolled that way; `busy`: it says that it is not ready. */
export interface Extent { count: number; windowed: boolean; blank: boolean; above: boolean; below: boolean; busy: boolean }

const SPARE_ROWS = 2;

export function extentOf(list: Element, { elements }: Read): Extent {
  const count = Math.max(0, Number(list.getAttribute("aria-rowcount") ?? elements[0]?.getAttribute("aria-setsize")) || 0);
  const busy = list.closest("[aria-busy=true]") !== null || all([list as unknown as ShadowRoot], "[role=progressbar],[aria-busy=true]").some(isVisible);
  const first = elements[0]?.getBoundingClientRect();
  const last = elements.at(-1)?.getBoundingClientRect();
  if (!first || !last) return { count, windowed: false, blank: false, above: false, below: false, busy };
  const view = scrollerOf(elements[0]!);
  const inner = view === document.scrollingElement ? { top: 0, bottom: innerHeight } : view.getBoundingClientRect();
  const body = (list.querySelector("tbody,[role=rowgroup]:last-of-type") ?? list).getBoundingClientRect();
  const height = Math.max(1, last.height);
  const windowed = view.scrollHeight > view.clientHeight && body.height - (last.bottom - first.top) > SPARE_ROWS * height;
  const blank = windowed && Math.min(inner.bottom, body.bottom) - last.bottom > height;
  const below = windowed ? view.scrollTop + view.clientHeight < view.scrollHeight - 1 : last.bottom > inner.bottom + 1;
  return { count, windowed, blank, above: windowed && view.scrollTop > 0, below, busy };
}

/** Bring the list's end, or its beginning, into view. */
export function scrollTo(elements: readonly Element[], end: "top" | "on"): boolean {
  const row = elements.at(-1);
  if (!row) return false;
  if (end === "on") row.scrollIntoView({ block: "start", behavior: "instant" });
  else scrollerOf(row).scrollTo({ top: 0, behavior: "instant" });
  return true;
}

function scrollerOf(element: Element): Element {
  for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) {
    const overflow = getComputedStyle(at).overflowY;
    if ((overflow === "auto" || overflow === "scroll") && at.scrollHeight > at.clientHeight + 1) return at;
  }
  return document.scrollingElement ?? document.documentElement;
}

const OFF = /(^|[-_\s])(disabled|inactive)([-_\s]|$)/;

/** Whether a control says, in any of the ways in which pages do, that it cannot be pressed. */
export function isOff(element: Element): boolean {
  if (element.matches(":disabled,[inert] *") || getComputedStyle(element).pointerEvents === "none") return true;
  for (let at: Element | null = element, up = 0; at && up < 2; at = at.parentElement, up++) {
    if (at.getAttribute("aria-disabled") === "true" || OFF.test(at.getAttribute("class") ?? "")) return true;
    if (!at.parentElement?.matches("li,span")) break; // what is around the controls of a pager is not of one of them
  }
  return false;
}

const MOST_PAGES = 100;
const PAGERS = ["nav", "[role=navigation]", "[class*=pagin]", "[class*=pager]"].flatMap((at) => [`${at} a`, `${at} button`]).join(",");

export interface Pages { offered: number[]; shown: number }

/** The numbers of pages that can be gone to, and that of the page that is shown, 0 where it is not told. */
export function pagesOffered(): Pages {
  const links = all(rootsOf(document), PAGERS).filter((link) => /^\d{1,5}$/.test(fold(link.textContent)) && isVisible(link));
  const shown = links.find((link) => (link.getAttribute("aria-current") ?? "false") !== "false");
  const offered = new Set(links.map((link) => Number(fold(link.textContent))));
  return { offered: [...offered].slice(0, MOST_PAGES), shown: Number(fold(shown?.textContent)) || 0 };
}
