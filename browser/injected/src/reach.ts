// Acting with the mouse itself: whether a press would land in an element where it stands, and whether one did.
import { findsOnly } from "./address";
import { withOriginals } from "./pristine";
import { isVisible, parentOf } from "./tree";

export interface Asked { address: string; part: { x: number; y: number } | null; checked: boolean | null }
/** `met`: the pointer came once where it was sent in this document. */
export interface Place { x: number; y: number; done: boolean; met: boolean }

const LEFT_OUT = new Set(["option", "optgroup", "area", "iframe", "frame", "object", "embed"]);
const HEARD = ["pointerdown", "mousedown", "pointerup", "mouseup", "click", "auxclick", "dblclick", "contextmenu"];
const FRAMES_MS = 250;
const SAME_PX = 0.5;
const NEAR_PX = 2; // one drawn pixel of a page that is drawn at half its size
const nextFrame = globalThis.requestAnimationFrame.bind(globalThis);
const later = globalThis.setTimeout.bind(globalThis);
const listen = globalThis.addEventListener.bind(globalThis);
const ARMED_MS = 15_000;
const TAKES = "a[href],button,input,select,textarea,summary,[role=button],[role=link]";
const BOXES = "input[type=checkbox],input[type=radio],[role=checkbox],[role=radio],[role=switch],[role=menuitemcheckbox],[role=menuitemradio]";
let armed: { element: Element; address: string; until: number } | null = null;
let landed: boolean | null = null;
let aimed: { x: number; y: number } | null = null;
let met = false;

/** Whether it is still what the look said of it, and can be used: visible, enabled, not shut off by a dialog. */
export function isUsable(element: Element, address: string): boolean {
  if (!element.isConnected || (address && !findsOnly(address, element))) return false;
  return isVisible(element) && !element.matches(":disabled") && !element.closest("[aria-disabled=true],[inert]");
}

/** Where to press; null where only looking on, or waiting, could tell. A press that lands elsewhere is kept from the page. */
export function placeOf(element: Element, asked: Asked): Place | null {
  if (LEFT_OUT.has(element.localName) || !isUsable(element, asked.address)) return null;
  if (asked.checked !== null && !element.matches(BOXES)) return null;
  if (asked.checked !== null && isChecked(element) === asked.checked) return { x: 0, y: 0, done: true, met };
  const point = pointIn(element, asked.part);
  return point && isIn(element, topmostAt(point.x, point.y)) ? { ...point, done: false, met } : null;
}

/** Bring it into view where it is not; whether anything was moved. */
export function broughtIntoView(element: Element): boolean {
  const { left, top, right, bottom } = element.getBoundingClientRect();
  if (left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight && isIn(element, topmostAt((left + right) / 2, (top + bottom) / 2))) return false;
  (element as Element & { scrollIntoViewIfNeeded?: () => void }).scrollIntoViewIfNeeded?.();
  return true;
}

/** Whether it could be moving: something in the document is, or it stands where that is not told. */
export function mayMove(element: Element): boolean {
  return element.getRootNode() !== document || document.getAnimations().some((one) => one.playState === "running");
}

/** Whether its box is the same two frames on; false also where no frames come. */
export async function staysPut(element: Element): Promise<boolean> {
  const before = element.getBoundingClientRect();
  const came = await Promise.race([new Promise<boolean>((done) => { nextFrame(() => nextFrame(() => { done(true); })); }), new Promise<boolean>((done) => { later(done, FRAMES_MS, false); })]);
  const after = element.getBoundingClientRect();
  return came && Math.abs(before.x - after.x) < SAME_PX && Math.abs(before.y - after.y) < SAME_PX && before.width === after.width && before.height === after.height;
}

/** From now on a press that lands elsewhere does nothing, until `pressed` is asked. */
export function arm(element: Element, address: string, place: Place): void {
  [armed, landed, aimed] = [{ element, address, until: performance.now() + ARMED_MS }, null, place];
  hearPresses(); // a document that was written anew hears no more
}

/** Whether the press landed in the element. One that did not come here went elsewhere, into a frame over it; null in a
 *  document that was not asked, as the next one is not. */
export function pressed(): boolean | null {
  const told = landed ?? (armed && performance.now() <= armed.until ? false : null);
  disarm();
  return told;
}

/** Whether the pointer came where the last press is to go. */
export function isMet(): boolean { return met; }

/** What is pressed from now on is the page's. */
export function disarm(): void { armed = null; }

/** Hear presses before the page does: of one that lands elsewhere it is told nothing. */
export function hearPresses(): void {
  for (const type of HEARD) listen(type, onPress, { capture: true });
  listen("mousemove", onMove, { capture: true, passive: true });
}

function onMove(event: MouseEvent): void {
  met ||= aimed !== null && event.isTrusted && Math.abs(event.clientX - aimed.x) <= NEAR_PX && Math.abs(event.clientY - aimed.y) <= NEAR_PX;
}

function onPress(event: Event): void {
  if (!armed || !event.isTrusted || performance.now() > armed.until) return;
  landed ??= lands(armed.element, armed.address, event);
  if (landed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

/** The element may have become another since: it is asked once more what it is called. */
function lands(element: Element, address: string, event: Event): boolean {
  try {
    return withOriginals(() => isIn(element, event.composedPath()[0] as Element) && (!address || findsOnly(address, element)));
  } catch { return false; }
}

function isChecked(element: Element): boolean {
  return element instanceof HTMLInputElement ? element.checked : element.getAttribute("aria-checked") === "true";
}

/** A part of the whole box, or the middle of what stands in its first line. */
function pointIn(element: Element, part: { x: number; y: number } | null): { x: number; y: number } | null {
  const box = part ? element.getBoundingClientRect() : Array.from(element.getClientRects()).find(({ width, height }) => width * height > 1);
  if (!box) return null;
  const x = box.x + box.width * (part?.x ?? 0.5);
  const y = box.y + box.height * (part?.y ?? 0.5);
  return x >= 0 && y >= 0 && x < innerWidth && y < innerHeight ? { x, y } : null;
}

function topmostAt(x: number, y: number): Element | null {
  let at = document.elementFromPoint(x, y);
  while (at?.shadowRoot) {
    const inner = at.shadowRoot.elementFromPoint(x, y);
    if (!inner || inner === at) break;
    at = inner;
  }
  return at;
}

/** Whether what is pressed stands in the element, or in its label, and there in nothing that takes a press for itself. */
function isIn(element: Element, hit: Element | null): boolean {
  let taken = false;
  for (let at = hit; at; at = parentOf(at)) {
    if (at === element) return true;
    if (at instanceof HTMLLabelElement && at.control === element) return !taken;
    taken ||= at.matches(TAKES);
  }
  return false;
}
