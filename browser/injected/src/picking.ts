// What the person asks of the recorder about the page: "this must be there", "read this", "the pointer rests here",
// "that field is a secret". Python asks it in our own world; the page can neither see nor call it.
import { boxOf, describe } from "./describe";
import { deliver, documentId, learnSecret } from "./deliver";
import { exampleFrom } from "./lists/listing";
import { holdsValue, saidBy } from "./said";
import { keepSecret, markSecrets, secretFields } from "./secrets";
import { all, controlOf, rootsOf } from "./tree";

type Purpose = "assert" | "read" | "equals" | "rows" | "next";
type Asked =
  | { do: "pick"; purpose: Purpose; name: string }
  | { do: "stop" }
  | { do: "rested" }
  | { do: "rest" }
  | { do: "fields"; names: string[] }
  | { do: "secret"; doc: string; refs: number[] };
type RefOf = (element: Element) => number;

let refOf: RefOf = () => 0;
let picking: { purpose: Purpose; name: string } | null = null;
let swallowing = false;
let pointing = false;
let ending = 0;
const CLICK_MS = 300;
let resting: { element: Element; x: number; y: number; at: number } | null = null;

/** Python's question, as JSON text; only "rested" is answered with more than 0. */
function asked(text: string): number {
  const what = JSON.parse(text) as Asked;
  switch (what.do) {
    case "pick": picking = { purpose: what.purpose, name: what.name }; return 0;
    case "stop": picking = null; return 0;
    case "rested": return resting?.element.isConnected && !holdsFrame(resting.element) && !isWholePage(resting.element) ? resting.at : 0;
    case "rest": tellResting(); return 0;
    case "fields": markSecrets(what.names); return 0;
    case "secret": if (what.doc === documentId) hide(new Set(what.refs)); return 0;
  }
}

function holdsFrame(element: Element): boolean { return ["iframe", "frame", "object", "embed"].includes(element.localName); }

/** The empty part of a page is nothing that a pointer could rest on. */
function isWholePage(element: Element): boolean { return element === document.documentElement || element === document.body; }

function hide(refs: Set<number>): void {
  for (const field of all(rootsOf(document), "input,textarea")) {
    if (!refs.has(refOf(field))) continue;
    keepSecret(field);
    learnSecret(refOf(field), (field as HTMLInputElement).value);
  }
}

function boxes(): object[] { return secretFields(rootsOf(document)).map(boxOf); }

function tellResting(): void {
  if (!resting) return;
  const { x, y } = resting;
  const element = controlOf(resting.element);
  deliver("rested", { ref: refOf(element), element: describe(element), at: Date.now(), x, y, secrets: boxes() });
}

/** The press that points belongs to the recorder: the page gets nothing of it, from its first event to its last. */
function onPointer(event: Event): void {
  if (!event.isTrusted) return;
  if (picking && event.type === "pointerdown") {
    swallowing = true;
    clearTimeout(ending); // of the press before, which may be so short ago that it would free this one's click
    tellPointed(event, picking);
    picking = null;
    pointing = true;
  }
  if (!picking && event.type === "pointerdown" && !pointing) swallowing = false; // the next press is the page's again
  pointing = false;
  if (!swallowing) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  // A click comes soon after the mouse is let go, if it comes at all.
  if (event.type === "pointerup" || event.type === "pointercancel") ending = window.setTimeout(() => { swallowing = false; }, CLICK_MS);
}

function tellPointed(event: Event, { purpose, name }: { purpose: Purpose; name: string }): void {
  const [first] = event.composedPath();
  const pressed = first instanceof Element ? first : document.documentElement;
  const { list, ...rows } = (purpose === "rows" ? exampleFrom(pressed) : null) ?? { list: null };
  const element = list ?? controlOf(pressed);
  const { text, secret, href } = saidBy(element);
  deliver("pointed", {
    ref: refOf(element), element: describe(element), at: Date.now(), purpose, name, text: list ? "" : beginning(text), secret,
    field: holdsValue(element), href, lang: element.closest("[lang]")?.getAttribute("lang") ?? "",
    rows: list ? rows : null, secrets: boxes(),
  });
}

const TEXT_LIMIT = 200;
/** As much of a long text as must be there, in whole words. */
function beginning(text: string): string {
  return text.length <= TEXT_LIMIT ? text : text.slice(0, TEXT_LIMIT).replace(/\s+\S*$/, "");
}

function onEscape(event: KeyboardEvent): void {
  if (!picking || !event.isTrusted || event.key !== "Escape") return;
  picking = null;
  event.preventDefault();
  event.stopImmediatePropagation();
  deliver("unpicked", { at: Date.now() });
}

function onMove(event: PointerEvent): void {
  if (!event.isTrusted) return;
  // Chromium tells a new page, now and then, of a move to its corner that nobody made; it is trusted like any other.
  if (event.clientX === 0 && event.clientY === 0) return;
  const first = event.composedPath()[0];
  if (!(first instanceof Element)) return;
  resting = { element: first, x: event.clientX, y: event.clientY, at: performance.timeOrigin + event.timeStamp };
}

function onOut(event: PointerEvent): void {
  if (event.isTrusted && event.relatedTarget === null) resting = null;
}

const SWALLOWED = ["pointerdown", "mousedown", "pointerup", "mouseup", "click", "auxclick", "dblclick", "contextmenu", "pointercancel"];

/** Listen before all others; until the person asks for something, every event passes untouched. */
export function listenForPicks(): void {
  for (const type of SWALLOWED) window.addEventListener(type, onPointer, { capture: true });
  window.addEventListener("keydown", onEscape, { capture: true });
  window.addEventListener("pointermove", onMove, { capture: true, passive: true });
  window.addEventListener("pointerout", onOut, { capture: true, passive: true });
}

/** Let Python ask. `ref` names elements as the events do. */
export function answerAsked(ref: RefOf): void {
  refOf = ref;
  (globalThis as unknown as { __showonce_ask: (text: string) => number }).__showonce_ask = asked;
}
