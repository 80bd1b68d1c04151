// Hovers: the pointer rested somewhere and something opened. Those are kept without which the next press had no target.
import { shownIn } from "./shown";
import { parentOf } from "./tree";

const DEAR_MS = 4;
const DWELL_MS = 150;
let last: WeakSet<Element> | null = null;
let cost = 0; // of the cheaper of the last two looks: one slow look is a busy machine's
let before = 0;
let dirty = true;

/** The page changed; `added` came into it. */
export function touched(added: Iterable<Node> = []): void {
  dirty = true;
  for (const node of added) addedAt.set(node, performance.now());
}

const addedAt = new WeakMap<Node, number>();

function addedSince(element: Element, since: number): boolean {
  for (let at: Element | null = element; at; at = parentOf(at)) if ((addedAt.get(at) ?? 0) >= since) return true;
  return false;
}

/** See what is shown, unless that is too dear on this page or nothing changed; `still`: the page is still anyway. */
export function lookAround(still = false): void {
  if (!dirty || (!still && cost > DEAR_MS)) return;
  const began = performance.now();
  last = shownIn(document);
  const took = performance.now() - began;
  cost = Math.min(before, took);
  before = took;
  dirty = false;
}

let under: Element | null = null;
let over: Element | null = null;

/** Something was done with the pointer where it is, or on `element`: what the page shows then may have come of it. */
export function actedOn(element: Element | null = under): void { over = under = element; }

/** Whether the pointer has come over something else since: what the page shows may be what that opens. */
export function movedOn(): boolean { return under !== over; }

/** `sure`: it may have made what appeared; else it can only have shown what was in the page already, since an element put
 *  there may be of a page that builds itself. */
interface Entry { element: Element; before: WeakSet<Element>; since: number; sure: boolean }
interface Hover extends Entry { x: number; y: number; at: number }
let hovers: Hover[] = [];
let resting: ReturnType<typeof setTimeout> | undefined;
let restsSince = 0;
let toRest = (): void => undefined;
let entered: Entry | null = null;

/** The pointer moved without a button, at `at` on the clock of events: it may come to rest over something that opens.
 *  Where a busy page hears late that it went on, the times of its moves tell that it rested. */
export function onHoverMove(element: Element, x: number, y: number, at: number): void {
  if (resting !== undefined && at - restsSince >= DWELL_MS) toRest();
  restsSince = at;
  const moved = movesTo(x, y);
  under = element;
  if (!cameHere) return;
  if (entered?.element !== element) entered = enteredNow(element, moved);
  clearTimeout(resting);
  toRest = () => {
    clearTimeout(resting);
    resting = undefined;
    rested(element, x, y);
  };
  resting = setTimeout(toRest, DWELL_MS);
}

function enteredNow(element: Element, moved: boolean): Entry | null {
  lookAround();
  if (!last || dirty || element === document.body || element === document.documentElement) return null;
  return { element, before: last, since: performance.now(), sure: moved && document.readyState !== "loading" && !coversMost(element) };
}

let [atX, atY] = [0, 0];
let cameHere = false;

/** Browsers tell of a move too where only the page moved under the pointer, and of one to the corner where it never was. */
function movesTo(x: number, y: number): boolean {
  const moved = x !== atX || y !== atY;
  [atX, atY] = [x, y];
  cameHere ||= moved;
  return moved;
}

function coversMost(element: Element): boolean {
  const { width, height } = element.getBoundingClientRect();
  return width * height > innerWidth * innerHeight / 2;
}

function rested(element: Element, x: number, y: number): void {
  if (!entered || entered.element !== element || cost > DEAR_MS || hovers.length > 20) return;
  hovers.push({ ...entered, x, y, at: Date.now() });
  dirty = true; // what a style sheet opens at a hover is no change of the document
  lookAround(); // now: when the pointer enters the next element, what that opens by style is shown already
}

/** What a wheel or a key brings to sight was not brought by a hover. */
export function forgetHovers(): void {
  hovers = [];
  entered = null;
  clearTimeout(resting);
  resting = undefined;
}

/** The hovers without which what is pressed now was not to be seen, in the order they were made. */
export function neededHovers(pressed: Element): Hover[] {
  const needed: Hover[] = [];
  let wanted = pressed.closest("select") ?? pressed; // its options are no elements that could be seen or not
  for (const hover of hovers.reverse()) {
    if (hover.before.has(wanted) || hover.element === wanted || wanted.contains(hover.element)) continue;
    if (!hover.sure && addedSince(wanted, hover.since)) continue;
    needed.unshift(hover);
    wanted = hover.element;
  }
  forgetHovers();
  return needed;
}
