// Of a page with more controls than can be told, those most like what is looked for, by what costs least to ask.
import { TEST_IDS } from "./describe";
import { labelsOf } from "./labels";
import { fold } from "./text";
import { standsBeside } from "./rows";
import { isSeen } from "./tree";

/** `words`: lower-case words that the control or a rival may be called by; `names`: what programmers may call them; `key`:
 *  the text that names its row, in lower case, "" where it has none; `x`, `y`: where it was. */
export interface Sought { words: string[]; names: string[]; key: string; x: number; y: number }

const NAMED = ["id", "name", "href", ...TEST_IDS];
const LONG = 200;

/** The visible ones, in their order; of more than `limit` the most like. */
export function mostLike(elements: Element[], tag: string, sought: Sought, limit: number): Element[] {
  if (elements.length <= limit) return elements.filter(isSeen);
  const judge = judgeOf(tag, sought);
  const groups = new Map<number, number[]>();
  for (const [place, element] of elements.entries()) {
    const like = judge(element);
    const alike = groups.get(like);
    if (alike) alike.push(place);
    else groups.set(like, [place]);
  }
  const taken: number[] = [];
  for (const like of [...groups.keys()].sort((a, b) => b - a)) {
    const alike = groups.get(like)!;
    for (const place of taken.length + alike.length > limit ? closest(elements, alike, sought) : alike) {
      if (taken.length < limit && isSeen(elements[place]!)) taken.push(place);
    }
    if (taken.length >= limit) break;
  }
  return taken.sort((a, b) => a - b).map((place) => elements[place]!);
}

function closest(elements: Element[], places: number[], { x, y }: Sought): number[] {
  const away = new Map(places.map((place) => {
    const box = elements[place]!.getBoundingClientRect();
    return [place, Math.hypot(box.x - x, box.y - y)];
  }));
  return places.sort((a, b) => away.get(a)! - away.get(b)!);
}

function judgeOf(tag: string, sought: Sought): (element: Element) => number {
  const words = new Set(sought.words);
  const names = new Set(sought.names);
  const known = new Map<string, number>();
  const byName = (said: string): number => {
    let like = known.get(said);
    if (like === undefined) known.set(said, like = sharedWith(words, said));
    return like;
  };
  return (element) => {
    const given = NAMED.some((name) => names.has(element.getAttribute(name) ?? ""));
    const inRow = sought.key !== "" && standsBeside(element, sought.key);
    return byName(saidBy(element)) + 2 * Number(given) + 1.5 * Number(inRow) + 0.5 * Number(element.localName === tag);
  };
}

/** How much of what it says is among the words. */
function sharedWith(words: Set<string>, said: string): number {
  const own = said.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const shared = own.filter((word) => words.has(word)).length;
  return shared ? 1 + shared / own.length : 0;
}

function saidBy(element: Element): string {
  const get = (name: string): string => element.getAttribute(name) ?? "";
  const text = element.childElementCount > 8 ? "" : fold((element.textContent ?? "").slice(0, LONG));
  const labelled = labelsOf(element).map((label) => (label.textContent ?? "").slice(0, LONG)).join(" ");
  return `${get("aria-label")} ${text} ${get("title")} ${get("placeholder")} ${get("alt")} ${labelled}`;
}
