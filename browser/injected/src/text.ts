// Visible text of elements, folded and bounded. Serves describe and the selectors.
import { LIVE } from "./live";
import { once } from "./memo";

const SKIPPED = new Set(["script", "style", "noscript", "template", "svg", "head"]);
const CONTROLS = "a[href],button,input,select,textarea,summary,[role=button],[role=link],[role=menuitem],[role=tab]";
const LEFT_OUT = { announced: LIVE, controls: `${CONTROLS},${LIVE}` };

/** What is left out of a text that something else is known by: what is announced, or that and the controls. */
export type Without = keyof typeof LEFT_OUT | "";

/** White space, NBSP and private-use glyphs (icon fonts) become single spaces; ends are trimmed. */
export function fold(text: string | null | undefined): string {
  return (text ?? "").replace(/[\s\u00a0\u200b\ue000-\uf8ff]+/g, " ").trim();
}

export function bounded(text: string, limit: number): string {
  return text.length > limit ? text.slice(0, limit - 1) + "…" : text;
}

/** The text under `root`, up to about `limit` characters; form values and hidden elements are left out. */
export function textOf(root: Node, limit = 160, without: Without = ""): string {
  return once(`text ${limit}${without}`, root, () => textNow(root, limit, without));
}

function textNow(root: Node, limit: number, without: Without): string {
  const parts: string[] = [];
  let length = 0;
  const visit = (node: Node): void => {
    if (length > limit) return;
    if (node.nodeType === Node.TEXT_NODE) {
      const text = node.nodeValue ?? "";
      if (text.trim()) { parts.push(text); length += text.length; } else { parts.push(" "); }
      return;
    }
    if (!(node instanceof Element)) return;
    if (node !== root && isSkipped(node, without)) { parts.push(" "); return; }
    const inline = node === root || isInline(node);
    if (!inline) parts.push(" ");
    for (const child of childrenOf(node)) visit(child);
    if (!inline) parts.push(" ");
  };
  visit(root);
  return bounded(fold(parts.join("")), limit);
}

/** The text that stands in the element itself, not in elements within it. */
export function ownText(element: Element, limit = 80): string {
  let text = "";
  for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) text += " " + (node.nodeValue ?? "");
  return bounded(fold(text), limit);
}

function isSkipped(element: Element, without: Without): boolean {
  const tag = element.localName;
  if (SKIPPED.has(tag) || tag === "select" || tag === "textarea" || tag === "datalist") return true;
  if ((element as HTMLElement).hidden || element.getAttribute("aria-hidden") === "true") return true;
  return without !== "" && element.matches(LEFT_OUT[without]);
}

const INLINE = new Set(["a", "abbr", "b", "bdi", "code", "em", "font", "i", "kbd", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "u", "wbr"]);
function isInline(element: Element): boolean { return INLINE.has(element.localName); }

function childrenOf(element: Element): Iterable<Node> {
  if (element.localName === "slot") {
    const assigned = (element as HTMLSlotElement).assignedNodes();
    if (assigned.length) return assigned;
  }
  return element.shadowRoot ? element.shadowRoot.childNodes : element.childNodes;
}
