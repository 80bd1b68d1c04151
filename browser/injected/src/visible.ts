// The text that a person can see in a document, for steps that wait for it.
import { isSecret } from "./secrets";
import { fold } from "./text";

const SKIPPED = new Set(["script", "style", "noscript", "template", "head", "datalist", "iframe"]);
const BUTTONS = new Set(["submit", "button", "reset"]);
const UNSEEN = new Set(["hidden", "checkbox", "radio", "file", "password", "image", "color", "range"]);

/** For each text, whether the document shows it; case and white space do not count. */
export function shows(document: Document, texts: readonly string[]): boolean[] {
  const seen = document.body ? visibleText(document.body) : "";
  return texts.map((text) => seen.includes(fold(text).toLowerCase()));
}

/** All visible text in reading order, open shadow roots and what fields hold included, secrets never; in lower case. */
function visibleText(body: Element): string {
  const parts: string[] = [];
  const visit = (node: Node, sighted: boolean, solid: boolean): void => {
    if (node.nodeType === Node.TEXT_NODE) {
      if (sighted) parts.push(node.nodeValue ?? "");
      return;
    }
    if (!(node instanceof Element) || SKIPPED.has(node.localName) || !isRendered(node)) return;
    const style = getComputedStyle(node);
    const opaque = solid && Number(style.opacity) > 0;
    const sees = opaque && style.visibility === "visible";
    const apart = !style.display.startsWith("inline") && style.display !== "contents";
    if (apart || node.localName === "br") parts.push(" ");
    if (!visitField(node, sees, parts)) for (const child of childrenOf(node)) visit(child, sees, opaque);
    if (apart) parts.push(" ");
  };
  visit(body, true, true);
  return fold(parts.join("")).toLowerCase();
}

/** A field's value in place of what stands in it; false for anything else. */
function visitField(element: Element, sees: boolean, parts: string[]): boolean {
  if (element instanceof HTMLSelectElement) {
    if (sees) parts.push(" ", ...Array.from(element.selectedOptions, (option) => `${option.label} `));
    return true;
  }
  if (!(element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement)) return false;
  const told = sees && (BUTTONS.has(element.type) || !(UNSEEN.has(element.type) || isSecret(element)));
  if (told) parts.push(" ", element.value, " ");
  return true;
}

function isRendered(element: Element): boolean {
  return (element as HTMLElement & { checkVisibility?: () => boolean }).checkVisibility?.() ?? true;
}

function childrenOf(node: Element): Iterable<Node> {
  if (node.localName === "slot") {
    const assigned = (node as HTMLSlotElement).assignedNodes();
    if (assigned.length) return assigned;
  }
  return node.shadowRoot ? node.shadowRoot.childNodes : node.childNodes;
}
