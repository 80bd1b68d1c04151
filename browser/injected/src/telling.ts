// What is told of the page besides the gestures, when it has time for it: its text and scene at rest, and what could be
// taken for the element that was just pressed.
import { deliver } from "./deliver";
import { lookAround } from "./hover";
import { remembering } from "./memo";
import { rivalsOf } from "./rivals";
import { sceneStill } from "./seen";
import { freshSheets } from "./sheets";
import { snapshotOf } from "./snapshot";
import { tellUnheard } from "./unheard";

const STILL_MS = 120;
const RESTLESS_MS = 1000;
const BUSY_MS = 10_000;
const SHARE = 10;
const SHARE_BUSY = 60;
const RIVALS_MS = 25;
const QUICK_MS = 5;
/** Characters that are told within about `QUICK_MS` once warm; a document's first snapshot says little: it takes several
 *  times as long, or the machine is doing something else meanwhile. */
const QUICK_LENGTH = 15_000;
let lastSnapshot = "";
let snapshotTook = 0;
let pending: ReturnType<typeof setTimeout> | undefined;
let asked = 0;
let tellingTook = 0;
let toldAt = -Infinity;
let busy = (): boolean => false;

/** While this is so, the person waits for what their hands do, and telling waits for them. */
export function busyWhile(asks: () => boolean): void { busy = asks; }

/** The page's text, told when it has been still for a moment, so that a press finds it ready. */
export function tellPage(): void {
  pending = undefined;
  if (!document.documentElement) return;
  tellUnheard();
  const began = performance.now();
  lookAround(true);
  const scene = sceneStill();
  const html = snapshot();
  toldAt = performance.now();
  tellingTook = toldAt - began;
  if (html === lastSnapshot && !scene) return;
  deliver("page", { at: Date.now(), html: html === lastSnapshot ? "" : html, sheets: freshSheets(), scene });
  lastSnapshot = html;
}

/** The page's text just before a step, where it has not been told as it is now: a quick hand, or a page that just changed.
 *  Where that would keep the page from its press for long, what was told last must do. */
export function tellBefore(): void {
  if (!document.documentElement || lastSnapshot && (pending === undefined || takesLong())) return;
  const html = snapshot();
  if (html === lastSnapshot) return;
  deliver("page", { at: Date.now(), html, sheets: freshSheets(), scene: null });
  lastSnapshot = html;
}

function takesLong(): boolean { return snapshotTook > QUICK_MS && lastSnapshot.length > QUICK_LENGTH; }

function snapshot(): string {
  const began = performance.now();
  const html = snapshotOf(document);
  snapshotTook = performance.now() - began;
  return html;
}

/** A page that never rests is told all the same, once a second, for a tenth of the time at most; later and less where
 *  fast typing or a drag goes on. */
export function soon(): void {
  const now = performance.now();
  if (pending !== undefined && now - asked > longest()) return;
  if (pending === undefined) asked = now;
  clearTimeout(pending);
  pending = setTimeout(() => { requestIdleCallback(tellUnlessBusy, { timeout: 1000 }); }, Math.max(STILL_MS, toldAt + SHARE * tellingTook - now));
}

/** How long telling may be put off, in ms since it was asked for. */
function longest(): number {
  return busy() ? Math.max(BUSY_MS, SHARE_BUSY * tellingTook) : Math.max(RESTLESS_MS, SHARE * tellingTook);
}

/** A press or a key may have come since telling was put on the clock. */
function tellUnlessBusy(): void {
  if (busy() && performance.now() - asked < longest()) soon();
  else tellPage();
}

let untold: (() => void) | null = null;

/** Between the press and what the page makes of the click; a page of thousands of controls is compared in part. */
export function tellRivals(element: Element, refOf: (element: Element) => number): void {
  untold = () => {
    if (element.isConnected) deliver("rivals", { ref: refOf(element), rivals: remembering(() => rivalsOf(element, RIVALS_MS)) });
  };
  setTimeout(tellRivalsNow, 0);
}

/** At the latest when the press ends: a click may take the page away. */
export function tellRivalsNow(): void {
  const tell = untold;
  untold = null;
  tell?.();
}
