// The page as text: markup without scripts, with what fields hold (secrets never), open shadow roots, and what it takes to
// draw it again: the style sheets (see sheets.ts) and the sizes of pictures.
import { isSecret } from "./secrets";
import { standInFor } from "./sheets";

const LIMIT = 400_000;
const DATA_LIMIT = 4_000;
const DROPPED = new Set(["script", "noscript", "template"]);
const VOID = new Set(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]);

/** HTML of the document, cut at `LIMIT` characters with a comment that says so. */
export function snapshotOf(document: Document): string {
  const parts: string[] = ["<!doctype html>"];
  let length = 0;
  const write = (text: string): boolean => { parts.push(text); length += text.length; return length < LIMIT; };
  const whole = writeNode(document.documentElement, write);
  return parts.join("") + (whole ? "" : "<!-- cut here: the page is larger -->");
}

function writeNode(node: Node, write: (text: string) => boolean): boolean {
  if (node.nodeType === Node.TEXT_NODE) {
    const raw = node.parentElement?.localName === "style";
    return write(raw ? node.nodeValue ?? "" : escaped(node.nodeValue ?? ""));
  }
  if (!(node instanceof Element) || DROPPED.has(node.localName) || directs(node)) return true;
  const sheet = node.localName === "link" || node.localName === "style" ? sheetOf(node) : "";
  if (sheet) return write(sheet);
  if (!write(`<${node.localName}${attributes(node)}>`)) return false;
  if (VOID.has(node.localName)) return true;
  if (node.shadowRoot) {
    if (!write('<template shadowrootmode="open">') || !write(adopted(node.shadowRoot)) || !writeAll(node.shadowRoot.childNodes, write)) return false;
    write("</template>");
  }
  const isArea = node.localName === "textarea";
  const content = isArea && !isSecret(node) ? write(escaped((node as HTMLTextAreaElement).value)) : isArea || writeAll(node.childNodes, write);
  return content && write(node.localName === "head" ? `${adopted(node.ownerDocument)}</head>` : `</${node.localName}>`);
}

/** Whether it would send the copy elsewhere, or forbid its styles. */
function directs(node: Element): boolean { return node.localName === "meta" && node.hasAttribute("http-equiv"); }

/** What stands for a link to a style sheet, or for a `<style>` whose rules a script put in; "" for all else. */
function sheetOf(node: Element): string {
  if (node instanceof HTMLLinkElement) return node.rel.toLowerCase().includes("stylesheet") ? standInFor(node.sheet) : "";
  return node instanceof HTMLStyleElement && !node.textContent?.trim() ? standInFor(node.sheet) : "";
}

function adopted(root: Document | ShadowRoot): string {
  return Array.from(root.adoptedStyleSheets ?? [], standInFor).join("");
}

function writeAll(nodes: Iterable<Node>, write: (text: string) => boolean): boolean {
  for (const node of nodes) if (!writeNode(node, write)) return false;
  return true;
}

function attributes(element: Element): string {
  const kept = new Map<string, string>();
  for (const { name, value } of element.attributes) if (!name.startsWith("on")) kept.set(name, value);
  if (element instanceof HTMLInputElement) holdValue(element, kept);
  if (element instanceof HTMLOptionElement) toggle(kept, "selected", element.selected);
  if (element instanceof HTMLImageElement) keepSize(element, kept);
  let text = "";
  for (const [name, value] of kept) text += ` ${name}="${escaped(value)}"`;
  return text;
}

function holdValue(input: HTMLInputElement, kept: Map<string, string>): void {
  if (input.type === "checkbox" || input.type === "radio") toggle(kept, "checked", input.checked);
  else if (isSecret(input) || input.type === "file" || input.type === "hidden") kept.delete("value");
  else if (input.value) kept.set("value", input.value);
}

/** The picture itself is not kept: something of its size will stand there. */
function keepSize(image: HTMLImageElement, kept: Map<string, string>): void {
  if (!kept.has("width") && image.width) kept.set("width", String(image.width));
  if (!kept.has("height") && image.height) kept.set("height", String(image.height));
  if (kept.get("src")?.startsWith("data:") && kept.get("src")!.length > DATA_LIMIT) kept.delete("src");
  kept.delete("srcset");
}

function toggle(kept: Map<string, string>, name: string, on: boolean): void {
  if (on) kept.set(name, "");
  else kept.delete(name);
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");
}
