// The page as text: markup without scripts, with what fields hold (secrets never) and open shadow roots.
import { isSecret } from "./secrets";

const LIMIT = 400_000;
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
  if (!(node instanceof Element) || DROPPED.has(node.localName)) return true;
  if (!write(`<${node.localName}${attributes(node)}>`)) return false;
  if (VOID.has(node.localName)) return true;
  if (node.shadowRoot) {
    if (!write('<template shadowrootmode="open">') || !writeAll(node.shadowRoot.childNodes, write)) return false;
    write("</template>");
  }
  const isArea = node.localName === "textarea";
  const content = isArea && !isSecret(node) ? write(escaped((node as HTMLTextAreaElement).value)) : isArea || writeAll(node.childNodes, write);
  return content && write(`</${node.localName}>`);
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
  let text = "";
  for (const [name, value] of kept) text += ` ${name}="${escaped(value)}"`;
  return text;
}

function holdValue(input: HTMLInputElement, kept: Map<string, string>): void {
  if (input.type === "checkbox" || input.type === "radio") toggle(kept, "checked", input.checked);
  else if (isSecret(input) || input.type === "file" || input.type === "hidden") kept.delete("value");
  else if (input.value) kept.set("value", input.value);
}

function toggle(kept: Map<string, string>, name: string, on: boolean): void {
  if (on) kept.set(name, "");
  else kept.delete(name);
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");
}
