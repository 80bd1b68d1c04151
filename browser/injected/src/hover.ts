// Hovers: the pointer rested somewhere and something opened. Those are kept without which the next press had no target.
import { shownIn } from "./shown";

const DEAR_MS = 4;
const DWELL_MS = 150;
let last: WeakSet<Element> | null = null;
let cost = 0;
let dirty = true;

/** The page changed. */
export function touched(): void { dirty = true; }

/** See what is shown, unless that is too dear on this page or nothing changed; `still`: the page is still anyway. */
export function lookAround(still = false): void {
  if (!dirty || (!still && cost > DEAR_MS)) return;
  const began = performance.now();
  last = shownIn(document);
  cost = performance.now() - began;
  dirty = false;
}

let under: Element | null = null;
let over: Element | null = null;

/** Something was done with the pointer where it is, or on `element`: what the page shows then may have come of it. */
export function actedOn(element: Element | null = under): void { over = under = element; }

/** Whether the pointer has come over something else since: what the page shows may be what that opens. */
export function movedOn(): boolean { return under !== over; }

interface Hover { element: Element; x: number; y: number; at: number; before: WeakSet<Element> }
let hovers: Hover[] = [];
let resting: ReturnType<typeof setTimeout> | undefined;
let entered: { element: Element; before: WeakSet<Element> } | null = null;

/** The pointer moved without a button: it may come to rest over something that opens. */
export function onHoverMove(element: Element, x: number, y: number): void {
  under = element;
  if (entered?.element !== element) {
    lookAround();
    entered = last && !dirty ? { element, before: last } : null;
  }
  clearTimeout(resting);
  resting = setTimeout(() => { rested(element, x, y); }, DWELL_MS);
}

function rested(element: Element, x: number, y: number): void {
  if (!entered || entered.element !== element || cost > DEAR_MS || hovers.length > 20) return;
  hovers.push({ element, x, y, at: Date.now(), before: entered.before });
  dirty = true; // what a style sheet opens at a hover is no change of the document
  lookAround(); // now: when the pointer enters the next element, what that opens by style is shown already
}

/** What a wheel or a key brings to sight was not brought by a hover. */
export function forgetHovers(): void {
  hovers = [];
  entered = null;
  clearTimeout(resting);
}

/** The hovers without which what is pressed now was not to be seen, in the order they were made. */
export function neededHovers(pressed: Element): Hover[] {
  const needed: Hover[] = [];
  let wanted = pressed.closest("select") ?? pressed; // its options are no elements that could be seen or not
  for (const hover of hovers.reverse()) {
    if (hover.before.has(wanted) || hover.element === wanted || wanted.contains(hover.element)) continue;
    needed.unshift(hover);
    wanted = hover.element;
  }
  forgetHovers();
  return needed;
}
