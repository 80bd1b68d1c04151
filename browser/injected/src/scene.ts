// The scene: what a person can see of a document, as a list of facts and three hashes of it. By it a replay knows
// whether the page came to the same as in the demonstration.
import { labelsOf } from "./labels";
import { remembering } from "./memo";
import { fold } from "./text";
import { isSecret } from "./secrets";

/** `exact`: the facts in order; `loose`: the same with numbers as `#`; `full`: with classes, styles, focus, drawings. */
export interface Hashes { full: string; exact: string; loose: string }
export interface Scene extends Hashes { facts: string[] }

const LIMIT = 4000;
const LONGEST = 120;
const CANVAS_PX = 2_000_000;
const CELLS = 8;
const SKIPPED = new Set(["script", "style", "noscript", "template", "head", "link", "meta", "option", "optgroup", "datalist"]);
const SHAPES = ["d", "points", "href", "x", "y", "r", "cx", "cy", "width", "height", "transform"];
const STATES = ["aria-expanded", "aria-pressed", "aria-selected", "aria-checked", "aria-current", "aria-invalid", "aria-disabled", "aria-valuenow"];

interface Writing { facts: string[]; full: string[]; left: number; focused: Element | null }

export function sceneOf(document: Document): Scene {
  const writing: Writing = { facts: [], full: [], left: LIMIT, focused: focusOf(document) };
  if (document.body) remembering(() => { write(document.body, writing); });
  const selected = document.getSelection()?.toString() ?? "";
  const { facts, full } = writing;
  return { facts, full: hashOf([...full, fold(selected)]), exact: hashOf(facts), loose: hashOf(facts, true) };
}

function focusOf(document: Document): Element | null {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at === document.body ? null : at;
}

function write(element: Element, into: Writing): void {
  if (into.left <= 0 || SKIPPED.has(element.localName) || !isShown(element)) return;
  into.left--;
  const state = stateOf(element);
  if (state) tell(state, into);
  into.full.push(looksOf(element, into.focused));
  const inside = element.shadowRoot ?? element;
  if (element.localName === "textarea" || element.localName === "select") return;
  for (const node of inside.childNodes) writeNode(node, into);
}

function writeNode(node: Node, into: Writing): void {
  if (node instanceof HTMLSlotElement) {
    const given = node.assignedNodes();
    if (given.length) { for (const one of given) writeNode(one, into); return; }
  }
  if (node instanceof Element) { write(node, into); return; }
  if (node.nodeType !== Node.TEXT_NODE) return;
  const text = fold(node.nodeValue);
  if (text) tell(text.slice(0, LONGEST), into);
}

function tell(fact: string, into: Writing): void {
  into.facts.push(fact);
  into.full.push(fact);
}

/** An element without a box of its own shows what is in it. */
function isShown(element: Element): boolean {
  const check = (element as HTMLElement & { checkVisibility?: (o: object) => boolean }).checkVisibility;
  if (!check || check.call(element, { visibilityProperty: true })) return true;
  return getComputedStyle(element).display === "contents";
}

/** What the element holds or is set to, told with its name: `[email] ada@example.com`; "" where it holds nothing. */
function stateOf(element: Element): string {
  const held = valueOf(element);
  const states = STATES.flatMap((name) => { const value = element.getAttribute(name); return value ? [`${name.slice(5)}=${value}`] : []; });
  if ((element as HTMLInputElement).disabled === true) states.push("disabled");
  if ((element as HTMLDetailsElement).open === true) states.push("open");
  if (held === null && !states.length) return "";
  return `[${called(element)}] ${[...(held === null ? [] : [held]), ...states].join(" ")}`;
}

function called(element: Element): string {
  const name = element.getAttribute("name") ?? element.getAttribute("aria-label") ?? fold(labelsOf(element)[0]?.textContent);
  return (name || element.getAttribute("placeholder") || (element.childElementCount < 4 ? fold(element.textContent) : "") || element.localName).slice(0, 40);
}

function valueOf(element: Element): string | null {
  if (element instanceof HTMLSelectElement) return Array.from(element.selectedOptions, (option) => fold(option.label)).join(", ");
  if (element instanceof HTMLTextAreaElement) return isSecret(element) ? hidden(element.value) : fold(element.value).slice(0, LONGEST);
  if (!(element instanceof HTMLInputElement)) return null;
  if (element.type === "checkbox" || element.type === "radio") return element.checked ? "on" : "off";
  if (element.type === "file") return Array.from(element.files ?? [], (file) => file.name).join(", ");
  return isSecret(element) ? hidden(element.value) : fold(element.value).slice(0, LONGEST);
}

function hidden(value: string): string { return value ? "•••" : ""; }

/** What of an element is no fact to tell a person: its classes, its own style, whether it has the focus, its drawing. */
function looksOf(element: Element, focused: Element | null): string {
  const style = (element.getAttribute("style") ?? "").replace(/-?\d+\.\d+/g, (number) => String(Math.round(Number(number))));
  const drawing = element instanceof HTMLCanvasElement ? drawingOf(element) : pictureOf(element);
  return `${element.localName}.${element.getAttribute("class") ?? ""}${style && `{${style}}`}${element === focused ? "*" : ""}${drawing}`;
}

/** The outline of an icon, or where a picture comes from: what tells nameless buttons apart. */
function pictureOf(element: Element): string {
  if (element instanceof HTMLImageElement) return (element.getAttribute("src") ?? "").split("?", 1)[0]!.slice(-60);
  if (!(element instanceof SVGElement)) return "";
  return SHAPES.map((name) => element.getAttribute(name) ?? "").join(" ").slice(0, 200);
}

/** No two strokes by hand give the same pixels: it counts that there are some. */
function drawingOf(canvas: HTMLCanvasElement): string {
  if (canvas.width * canvas.height > CANVAS_PX) return "";
  try {
    const small = new OffscreenCanvas(CELLS, CELLS).getContext("2d");
    small?.drawImage(canvas, 0, 0, CELLS, CELLS);
    const pixels = small?.getImageData(0, 0, CELLS, CELLS).data ?? [];
    return pixels.some((value, i) => value !== pixels[i % 4]) ? "drawn on" : "blank";
  } catch { return ""; }
}

/** Two 32-bit FNV-1a hashes of the facts in order, from different beginnings; `loose` takes every number for the same. */
function hashOf(facts: readonly string[], loose = false): string {
  const text = facts.join("\u001f");
  const hashed = loose ? text.replace(/\d+/g, "#") : text;
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let i = 0; i < hashed.length; i++) {
    const code = hashed.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ (code + 0x9e37), 0x01000193);
  }
  return (a >>> 0).toString(36) + (b >>> 0).toString(36);
}
