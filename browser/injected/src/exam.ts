// The script of the drift exam: on a frozen page it knows which element is the target, changes the page as it is told,
// and says whether an element is the target still. The page script of replay shares nothing with it.
import { describe, type Description } from "./describe";
import { LABELS } from "./exam/labels";
import { MARKS } from "./exam/marks";
import { PLACES } from "./exam/places";
import { ROWS } from "./exam/rows";
import { chanceOf, type Mutation } from "./exam/world";
import { byCss, find, type Selector } from "./find";
import { remembering } from "./memo";
import { controlOf, isVisible, rootsOf } from "./tree";

interface Asked { parts: string[]; seed: number; words: Record<string, string>; other: string }
type Found = "it" | "among" | "other" | "none";

const KEY = "__showonce_exam";
const ALL: Record<string, Mutation> = { ...LABELS, ...MARKS, ...PLACES, ...ROWS };
let truth: Element | null = null;

/** Remember the target by where it stood in the demonstration, and say what it is like here; null if it is not here. */
function begin({ xpath, css }: { xpath: string; css: string }): Description | null {
  truth = xpath ? (find([document], { kind: "xpath", value: xpath })[0] ?? null) : (byCss(css)[0] ?? null);
  return truth && remembering(() => describe(truth!));
}

/** Change the page; false where one of the changes cannot be made here. */
function mutate({ parts, seed, words, other }: Asked): boolean {
  if (!truth) throw new Error("begin first");
  const world = { truth, chance: chanceOf(seed), words, other };
  const done = parts.every((part) => ALL[part]!(world));
  truth = world.truth;
  return done;
}

/** Whether acting on `element` acts on the target: it is that, stands in it, or is its label. */
function isTruth(element: Element): boolean {
  if (!truth?.isConnected) return false;
  if (element === truth || controlOf(element) === controlOf(truth)) return true;
  return labels(element, truth) || labels(truth, element);
}

function labels(label: Element, element: Element): boolean {
  return label instanceof HTMLLabelElement && label.control === element;
}

/** What each selector finds now: the target alone, among others, others alone, or nothing. */
function survey(selectors: Selector[]): Found[] {
  return selectors.map((selector) => {
    const found = find(rootsOf(document), selector).map((element) => (selector.kind === "text" ? controlOf(element) : element));
    if (!found.length) return "none";
    if (!found.some(isTruth)) return "other";
    return found.every(isTruth) ? "it" : "among";
  });
}

/** One question as JSON text, `[method, argument]`, and its answer as JSON text. */
function call(text: string): string {
  const [method, argument] = JSON.parse(text) as [string, unknown];
  if (method === "begin") return JSON.stringify(begin(argument as { xpath: string; css: string }));
  if (method === "mutate") return JSON.stringify(mutate(argument as Asked));
  if (method === "survey") return JSON.stringify(survey(argument as Selector[]));
  if (method === "there") return JSON.stringify(truth !== null && truth.isConnected && isVisible(truth));
  throw new Error(`no method ${method}`);
}

Object.defineProperty(globalThis, KEY, { value: Object.freeze({ call, isTruth }), enumerable: false });
