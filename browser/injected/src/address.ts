// An address to act by: what the element is, put so that the browser can check it at the very moment of acting.

const TOLD = ["id", "name", "type", "value", "href", "for", "aria-label", "placeholder", "title", "role"];
const SOLE = new Set(["id", "name", "href", "for", "aria-label", "placeholder", "title"]);
const TEXTLESS = new Set(["input", "select", "textarea"]);
const LONGEST = 120;

/** An XPath of the element's own attributes and text that finds it alone; "" where those do not single it out. */
export function addressOf(element: Element): string {
  if (element.getRootNode() !== document || element.namespaceURI !== "http://www.w3.org/1999/xhtml") return "";
  const facts: string[] = [];
  let telling = false;
  for (const name of TOLD) {
    const value = element.getAttribute(name);
    if (!value || value.length > LONGEST || name === "value" && !isFixed(element)) continue;
    facts.push(`@${name}=${quoted(value)}`);
    telling ||= SOLE.has(name);
  }
  const text = TEXTLESS.has(element.localName) ? "" : normalized(element.textContent ?? "");
  if (text && text.length <= LONGEST) facts.push(`normalize-space(.)=${quoted(text)}`);
  if (!telling && !text) return "";
  const address = `//${element.localName}[${facts.join(" and ")}]`;
  return findsOnly(address, element) ? address : "";
}

/** The value attribute of a choice tells which it is; that of a text field is only its first content. */
function isFixed(element: Element): boolean {
  return ["radio", "checkbox", "submit", "button", "reset"].includes((element as HTMLInputElement).type);
}

/** As XPath's normalize-space does it: other kinds of space stay. */
function normalized(text: string): string {
  return text.replace(/[ \t\r\n]+/g, " ").replace(/^ | $/g, "");
}

function quoted(text: string): string {
  if (!text.includes('"')) return `"${text}"`;
  if (!text.includes("'")) return `'${text}'`;
  return `concat("${text.split('"').join(`", '"', "`)}")`;
}

/** Whether the address finds the element, and nothing else. */
export function findsOnly(address: string, element: Element): boolean {
  try {
    const found = document.evaluate(address, document, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE, null);
    return found.snapshotLength === 1 && found.snapshotItem(0) === element;
  } catch { return false; }
}
