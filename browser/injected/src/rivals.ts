// The elements of the page that could be taken for another one: those most alike, and the closest of its kind.
import { describe, type Description } from "./describe";
import { iconOf } from "./icon";
import { fold } from "./text";
import { roleOf } from "./role";
import { INTERACTIVE, all, isSeen, rootsOf } from "./tree";

const ALIKE = 5;
const CLOSE = 5;
const AT_LEAST = 300;
const AT_MOST = 1500;
const NEAR_PX = 400;
const ACTIVATORS = new Set(["button", "link", "menuitem", "tab", "treeitem"]);

interface Sight { element: Element; words: Set<string>; role: string; kind: string; looks: string; icon: string; x: number; y: number }

/** At most ten, described; what stands in `element` or around it is the same control and left out. After `limitMs` no
 *  more are compared than the first few hundred, which are on any machine. */
export function rivalsOf(element: Element, limitMs = Infinity): Description[] {
  const until = performance.now() + limitMs;
  const wanted = sight(element);
  const others: Sight[] = [];
  for (const [compared, other] of nearestFirst(element).entries()) {
    if (compared >= AT_LEAST && performance.now() > until) break;
    if (isAnother(other, element)) others.push(sight(other));
  }
  const alike = best(others, (other) => likeness(wanted, other), ALIKE);
  const rest = others.filter((other) => other.kind === wanted.kind && !alike.includes(other));
  const close = best(rest, (other) => -distance(wanted, other), CLOSE);
  return [...alike, ...close].map((other) => describe(other.element));
}

/** What could be a rival, at most 1,500, in the order of how far off it is in the page's order. */
function nearestFirst(element: Element): Element[] {
  const found = all(rootsOf(document), `${INTERACTIVE},${CSS.escape(element.localName)}`);
  const place = Math.max(0, found.indexOf(element));
  const away = found.map((other, index) => ({ other, far: Math.abs(index - place) }));
  return away.sort((one, two) => one.far - two.far).slice(0, AT_MOST).map(({ other }) => other);
}

function isAnother(other: Element, element: Element): boolean {
  if (other.contains(element) || element.contains(other)) return false;
  return (other.localName !== "label" && other.localName !== "option") || other.localName === element.localName;
}

function sight(element: Element): Sight {
  const box = element.getBoundingClientRect();
  const role = roleOf(element);
  const activator = ACTIVATORS.has(role) || element.localName === "summary";
  return {
    element, role, kind: activator ? "activator" : role || element.localName, looks: element.getAttribute("class") ?? "",
    words: wordsOf(element), icon: activator ? iconOf(element) : "", x: box.x, y: box.y,
  };
}

function wordsOf(element: Element): Set<string> {
  const get = (name: string): string => element.getAttribute(name) ?? "";
  const said = get("aria-label") || fold((element.textContent ?? "").slice(0, 200)) || get("title") || get("placeholder") || get("value") || get("name");
  return new Set(said.toLowerCase().slice(0, 80).split(/[^\p{L}\p{N}]+/u).filter(Boolean));
}

function likeness(wanted: Sight, other: Sight): number {
  let shared = 0;
  for (const word of wanted.words) if (other.words.has(word)) shared++;
  const words = shared / Math.max(1, wanted.words.size + other.words.size - shared);
  const same = Number(wanted.element.localName === other.element.localName) + 0.5 * Number(wanted.role === other.role) + 0.5 * Number(wanted.looks === other.looks);
  const icon = wanted.icon && wanted.icon === other.icon ? 0.5 : 0;
  return 2 * words + same + icon + 0.3 * Math.max(0, 1 - distance(wanted, other) / NEAR_PX);
}

function distance(one: Sight, other: Sight): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

/** The best that can be seen. */
function best(among: Sight[], score: (other: Sight) => number, count: number): Sight[] {
  const scored = among.map((other) => ({ other, score: score(other) })).sort((a, b) => b.score - a.score);
  const found: Sight[] = [];
  for (const { other } of scored) {
    if (found.length === count) break;
    if (isSeen(other.element)) found.push(other);
  }
  return found;
}
