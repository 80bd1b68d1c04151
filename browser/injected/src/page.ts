// The page script of replay: one round trip a look. It reports facts about the page; Python decides.
import { asksFor, type Asks } from "./asks";
import { addressOf } from "./address";
import { arrival, hashesOf, remember, type Expected } from "./arrival";
import { describe, boxOf, type Box, type Description } from "./describe";
import { find, type Selector } from "./find";
import { listsFor, type Lists, type Question as ListQuestion } from "./lists/listing";
import { isOff, scrollTo } from "./lists/partly";
import { INTERACTIVE, all, controlOf, isVisible, rootsOf } from "./tree";
import { peopleOn, saidOn, type Asked as AskedOfPeople } from "./people";
import { saidBy } from "./said";
import { isBlank, keepSecret, secretFields, showsItself } from "./secrets";
import { withOriginals } from "./pristine";
import { remembering } from "./memo";
import { announce, focusOn, seize, takeOptions, type Act, type Field } from "./seize";
import { arm, broughtIntoView, disarm, hearPresses, isMet, mayMove, placeOf, pressed, staysPut, type Asked, type Place } from "./reach";
import { beforeList, optionsSaying, scrollList } from "./options";
import { rivalsOf } from "./rivals";
import { mostLike, type Sought } from "./sought";
import { listsNow, rowsNow, type Known, type Listed } from "./listed";
import { sceneOf, type Hashes } from "./scene";
import { bounded, fold } from "./text";
import { shows } from "./visible";

interface Question { selectors: Selector[]; tag: string; every: boolean; limit: number; scene: boolean; sought: Sought }
interface Held { look: number; candidate: number }
interface Answer {
  look: number; found: number[][]; candidates: Description[]; addresses: string[]; url: string; ready: string; quiet_ms: number;
  scene: Hashes | null; secrets: Box[]; bare: boolean; asks: Asks; viewport: { width: number; height: number; x: number; y: number };
}

const KEY = "__showonce_page";
const LOAD_MS = 3000;
const DRAWN_MS = 3_000;
const STILL_MS = 50;
const RESTLESS_MS = 60;
const STEP_MS = 10;
const later = globalThis.setTimeout;
const nextFrame = globalThis.requestAnimationFrame;
let looks = 0;
let held: Element[] = [];
let changed = performance.now();

// How long the page has been still. Attribute changes count: a spinner's class is a page not ready.
new MutationObserver(() => { changed = performance.now(); }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });

/** What every selector finds, described; with `every`, the visible elements that a person can act on as well, of many
 *  those most like what is sought. */
function look(question: Question): Answer {
  return remembering(() => lookAgain(question));
}

function lookAgain(question: Question): Answer {
  disarm();
  const roots = rootsOf(document);
  held = [];
  const index = new Map<Element, number>();
  const hold = (element: Element): number => {
    const known = index.get(element);
    if (known !== undefined) return known;
    index.set(element, held.push(element) - 1);
    return held.length - 1;
  };
  const found = question.selectors.map((selector) => open(find(roots, selector, question.sought.key)).map((e) => hold(retarget(e, selector))));
  if (question.every) {
    const there = all(roots, `${INTERACTIVE},${CSS.escape(question.tag)}`);
    for (const element of mostLike(there, question.tag, question.sought, question.limit)) hold(element);
  }
  return told(found, !question.every, roots, question.scene);
}

/** The lists of the page, and how still it is. */
function listsHere(known: Known | null): { lists: Listed[]; ready: string; quiet_ms: number; url: string } {
  const lists = remembering(() => listsNow(rootsOf(document), known));
  return { lists, ready: document.readyState, quiet_ms: performance.now() - changed, url: location.href };
}

/** Of several, those that are there for everybody: pages keep copies for measuring, which no press would reach. */
function open(found: Element[]): Element[] {
  const there = found.length > 1 ? found.filter((element) => !element.closest("[aria-hidden=true]")) : found;
  return there.length ? there : found;
}

/** The visible control at a point of the viewport, for what was found by its picture. */
function at(point: { x: number; y: number }): Answer {
  let element = document.elementFromPoint(point.x, point.y);
  while (element?.shadowRoot) {
    const inner = element.shadowRoot.elementFromPoint(point.x, point.y);
    if (!inner || inner === element) break;
    element = inner;
  }
  held = element ? [controlOf(element)] : [];
  return told([], false, rootsOf(document));
}

function told(found: number[][], addressed: boolean, roots: readonly (Document | ShadowRoot)[], scene = false): Answer {
  const candidates = held.map(describe);
  // In a row nothing is acted on by its address: rows change places.
  const secrets = secretFields(roots).filter(isVisible);
  const addresses = addressed ? held.map((element, i) => (candidates[i]!.row ? "" : addressOf(element))) : [];
  return {
    look: ++looks, found, candidates, addresses, url: location.href, ready: document.readyState,
    scene: scene ? seenNow() : null, quiet_ms: performance.now() - changed, secrets: secrets.map(boxOf), bare: secrets.some(showsItself),
    asks: asksFor(roots), viewport: { width: innerWidth, height: innerHeight, x: scrollX, y: scrollY },
  };
}

function seenNow(): Hashes {
  const scene = sceneOf(document);
  remember(scene.facts);
  return hashesOf(scene);
}

/** Text is found on the innermost element; what is acted on is the control around it. */
function retarget(element: Element, selector: Selector): Element {
  return selector.kind === "text" ? controlOf(element) : element;
}

/** The element behind a candidate of the given look; null when a later look took its place or it left the page. */
function pick(lookNumber: number, candidate: number): Element | null {
  const element = lookNumber === looks ? held[candidate] : undefined;
  return element?.isConnected ? element : null;
}

/** What a page makes of `value` on an element of its own is not what a person sees in it, nor what the recorder heard. */
function isPlainField(element: Element): boolean {
  return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement;
}

/** The options that say a text, to be picked; and what else the list offers. */
function options(text: string): { look: number; found: number; there: string[]; searchable: boolean } {
  const { found, there, searchable } = optionsSaying(text);
  held = found;
  return { look: ++looks, found: found.length, there, searchable };
}

let listed: Element[][] = [];

/** The lists of rows that may be the one that is asked for, as the candidates of a look. */
function tables(question: ListQuestion): Lists & { look: Answer } {
  return remembering(() => {
    disarm();
    const { told: found, elements, rows } = listsFor(question);
    held = elements;
    listed = rows;
    return { look: told([], false, rootsOf(document)), ...found };
  });
}

function scrollRows({ look, candidate, end }: Held & { end: "top" | "on" }): boolean {
  return look === looks && scrollTo(listed[candidate] ?? [], end);
}

/** What a field holds: its value, its chosen labels, whether it is checked, or its files' names. */
function read(element: Element): { value: string; chosen: string[]; checked: boolean; files: string[] } {
  const field = element as HTMLInputElement;
  return {
    value: isPlainField(element) ? field.value : bounded((element as HTMLElement).innerText, 20000),
    chosen: element instanceof HTMLSelectElement ? Array.from(element.selectedOptions, (option) => fold(option.label)) : [],
    checked: field.checked === true || element.getAttribute("aria-checked") === "true",
    files: Array.from(field.files ?? [], (file) => file.name),
  };
}

/** A person types here; a frame that has the focus is asked itself. */
function keepFocusedSecret(): boolean {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  if (!at || at === document.body || at instanceof HTMLIFrameElement) return false;
  keepSecret(at);
  return true;
}

/** The path of child-frame places from the top window to this frame. */
function framePath(): number[] {
  const path: number[] = [];
  for (let at: Window = window; at !== at.parent; at = at.parent) {
    let i = 0;
    while (i < at.parent.length && at.parent[i] !== at) i++;
    path.unshift(i);
  }
  return path;
}

/** One question as JSON text, `[method, argument]`, and its answer as JSON text; a look waits for the page to be loaded,
 *  and a moment for it to be still. */
function call(text: string, element?: Element): string | Promise<string> {
  const now = (): string => withOriginals(() => {
    const [method, argument] = JSON.parse(text) as [string, unknown];
    return JSON.stringify(answer(method, argument, element));
  });
  if (text.startsWith('["arrive"')) return arrived(text);
  if (text.startsWith('["reach"')) return reached(text);
  if (AT_ONCE.some((method) => text.startsWith(`["${method}"`))) return now();
  if (ACTS.some((method) => text.startsWith(`["${method}"`))) return acted(text);
  if (element) return now();
  const loading = document.readyState !== "complete";
  if (text.startsWith('["scrollRows"')) return Promise.resolve(now()).then(drawn);
  if (text.startsWith('["look"') && (loading || isRestless())) return (loading ? loaded() : Promise.resolve()).then(still).then(now);
  return loading ? loaded().then(now) : now();
}

/** In a document that may run no scripts no timer ends, and nothing can be waited for. */
let timersEnd = false;
later(() => { timersEnd = true; }, 0);

/** What is said here, and for how long; inside shadow roots nobody looks for changes. */
function saidHere(): { text: string; quiet_ms: number; blank: boolean } {
  const roots = rootsOf(document);
  return { text: saidOn(roots), quiet_ms: roots.length > 1 ? 0 : performance.now() - changed, blank: secretFields(roots).every(isBlank) };
}

function isRestless(): boolean { return timersEnd && performance.now() - changed < STILL_MS; }

/** A page that never is, is not waited for. */
async function still(): Promise<void> {
  for (const until = performance.now() + RESTLESS_MS; isRestless() && performance.now() < until;) await new Promise((done) => { later(done, STEP_MS); });
}

/** The answer, once the page is drawn: only then it hears that it was scrolled, and of what came into sight. A tab that
 *  nobody sees is not drawn. */
async function drawn(told: string): Promise<string> {
  if (timersEnd) await Promise.race([new Promise<void>((done) => { nextFrame(() => nextFrame(() => { later(done, 0); })); }), new Promise<void>((done) => { later(done, DRAWN_MS); })]);
  return told;
}

async function arrived(text: string): Promise<string> {
  const [, expected] = withOriginals(() => JSON.parse(text) as [string, Expected]);
  const told = await arrival(expected);
  return withOriginals(() => JSON.stringify(told));
}

const AT_ONCE = ["pressed", "isMet", "secrets", "keepFocusedSecret"];
const ACTS = ["seize", "takeOptions", "focusOn", "announce"];

/** Something done to an element of the last look, by which the page's own listeners run: with the page's own built-ins. */
function acted(text: string): string {
  const act = withOriginals(() => {
    const [method, asked] = JSON.parse(text) as [string, Held & Field & { labels: string[] }];
    return ofHeld<Act<unknown>>(asked, (element) => {
      if (method === "seize") return seize(element, asked);
      if (method === "takeOptions") return takeOptions(element, asked.address, asked.labels);
      return method === "focusOn" ? focusOn(element, asked.address) : announce(element);
    });
  });
  const done = act ? act() : null;
  return withOriginals(() => JSON.stringify(done));
}

/** Where a press would land in the element, once that stays put; null where it is left to whoever can wait longer. */
async function reached(text: string): Promise<string> {
  const [asked, element, moves] = withOriginals(() => {
    const [, told] = JSON.parse(text) as [string, Held & Asked];
    const found = pick(told.look, told.candidate);
    return [told, found, found !== null && (broughtIntoView(found) || isRestless() || mayMove(found))] as const;
  });
  if (!element || (moves && !(timersEnd && await staysPut(element)))) return "null";
  return withOriginals(() => {
    const place: Place | null = placeOf(element, asked);
    if (place && !place.done) arm(element, asked.address, place);
    return JSON.stringify(place);
  });
}

/** Asking again and again at a half-made page would cost a round trip each time. */
function loaded(): Promise<void> {
  return new Promise((done) => {
    addEventListener("load", () => { done(); }, { once: true });
    later(done, LOAD_MS);
  });
}

function answer(method: string, argument: unknown, element?: Element): unknown {
  if (method === "look") return look(argument as Question);
  if (method === "at") return at(argument as { x: number; y: number });
  if (method === "read") return ofHeld(argument as Held, read);
  if (method === "said") return ofHeld(argument as Held, (element) => (element.isConnected ? saidBy(element) : null));
  if (method === "pressed") return pressed();
  if (method === "isMet") return isMet();
  if (method === "keepSecret") return ofHeld(argument as Held, (field) => { keepSecret(field); return true; });
  if (method === "keepFocusedSecret") return keepFocusedSecret();
  if (method === "secrets") return secretFields(rootsOf(document)).filter(isVisible).map(boxOf);
  if (method === "framePath") return framePath();
  if (method === "beforeList") { beforeList(argument as string); return true; }
  if (method === "options") return options(argument as string);
  if (method === "scrollList") return scrollList();
  if (method === "lists") return listsHere(argument as Known | null);
  if (method === "rows") {
    const { list, most } = argument as { list: number; most: number };
    return remembering(() => rowsNow(list, most));
  }
  if (method === "tables") return tables(argument as ListQuestion);
  if (method === "isOff") return ofHeld(argument as Held, isOff);
  if (method === "scrollRows") return scrollRows(argument as Held & { end: "top" | "on" });
  if (method === "said_all") return saidHere();
  if (method === "people") return remembering(() => peopleOn(rootsOf(document), argument as AskedOfPeople));
  if (method === "texts") return shows(document, argument as string[]);
  if (!element) throw new Error(`${method} needs an element`);
  if (method === "describe") return describe(controlOf(element));
  if (method === "rivals") return remembering(() => ({ description: describe(controlOf(element)), rivals: rivalsOf(controlOf(element)) }));
  throw new Error(`no method ${method}`);
}

/** An answer about an element of the last look; null when that document or look is gone. */
function ofHeld<T>({ look, candidate }: Held, ask: (element: Element) => T): T | null {
  const element = look === looks ? held[candidate] : undefined;
  return element ? ask(element) : null;
}

if (!Object.hasOwn(globalThis, KEY)) {
  hearPresses();
  Object.defineProperty(globalThis, KEY, { value: Object.freeze({ call, pick }), enumerable: false });
}
