// What of a page may be about a person: fields, and texts that look so or hold what this run was given. Python decides.
import { boxOf, type Box } from "./describe";
import { isSecret } from "./secrets";
import { all, isVisible } from "./tree";

/** `every`: all texts in view, whatever they say. */
export interface Asked { values: string[]; patterns: boolean; every?: boolean }
export interface MaybePersonal { text: string; known: boolean; type: string; autocomplete: string; boxes: Box[] }

const LIMIT = 500;
const LIMIT_OF_ALL = 5000;
const LONGEST = 2000;
/** What an address of mail or a number of a person has at least. */
const MAY_BE = /@|\d(?:[\s()./-]{0,2}\w){6}/;

export function peopleOn(roots: readonly (Document | ShadowRoot)[], asked: Asked): MaybePersonal[] {
  const values = asked.values.map(plain).filter((value) => value !== "");
  const found: MaybePersonal[] = [];
  const add = (text: string, type: string, autocomplete: string, boxes: () => Box[]): void => {
    if (found.length >= (asked.every ? LIMIT_OF_ALL : LIMIT)) return;
    const known = holdsOne(plain(text), values);
    if (!known && !asked.every && !(asked.patterns && (type !== "" || MAY_BE.test(text)))) return;
    const seen = boxes().filter(isInView);
    if (seen.length) found.push({ text: text.slice(0, LONGEST), known, type, autocomplete, boxes: seen });
  };
  for (const field of all(roots, "input,textarea,select")) {
    const held = valueOf(field);
    if (held && isVisible(field)) add(held, (field as HTMLInputElement).type, field.getAttribute("autocomplete") ?? "", () => [boxOf(field)]);
  }
  for (const root of roots) for (const node of textsIn(root)) add(node.data, "", "", () => boxesOf(node));
  return found;
}

/** All that the page says, seen or not, in one text; what secret fields hold is left out. */
export function saidOn(roots: readonly (Document | ShadowRoot)[]): string {
  const held = Array.from(all(roots, "input,textarea,select")).filter((field) => !isSecret(field)).map(valueOf);
  const said = roots.flatMap((root) => Array.from(textsIn(root), (node) => node.data));
  return [...held, ...said].join("\n");
}

function valueOf(field: Element): string {
  if (field instanceof HTMLSelectElement) return Array.from(field.selectedOptions, (option) => option.label).join(", ");
  const { type, value } = field as HTMLInputElement;
  return ["checkbox", "radio", "hidden", "file", "password"].includes(type) ? "" : value;
}

function* textsIn(root: Document | ShadowRoot): Generator<Text> {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const inside = node.parentElement?.localName ?? "";
    if ((node as Text).data.trim() && !["script", "style", "noscript", "template", "textarea", "option"].includes(inside)) yield node as Text;
  }
}

function boxesOf(node: Text): Box[] {
  const range = document.createRange();
  range.selectNodeContents(node);
  return Array.from(range.getClientRects(), ({ x, y, width, height }) => ({ x, y, width, height }));
}

function isInView(box: Box): boolean {
  return box.width > 0 && box.height > 0 && box.x < innerWidth && box.y < innerHeight && box.x + box.width > 0 && box.y + box.height > 0;
}

function plain(text: string): string { return text.replace(/\s+/g, " ").trim().toLowerCase(); }

/** Short values only as a whole: a 1 stands in too many texts. */
function holdsOne(text: string, values: readonly string[]): boolean {
  return values.some((value) => (value.length < 3 ? text === value : text.includes(value)));
}
