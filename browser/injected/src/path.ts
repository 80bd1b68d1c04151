// Structural addresses of an element: a CSS path that enters shadow roots by " >>> ", and an XPath.

const RANDOM = /\d{3,}|^[0-9a-f]{6,}$|[_-][0-9a-zA-Z]*\d[0-9a-zA-Z]*$|^(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[0-9a-zA-Z]{5,}$|:/;

/** Whether an id or class looks as if a person chose it, not a build or a counter. */
export function looksChosen(value: string): boolean {
  return value.length > 0 && value.length < 40 && !RANDOM.test(value);
}

export function cssPath(element: Element): string {
  const parts: string[] = [];
  for (let at: Element | null = element; at; ) {
    const root: Node = at.getRootNode();
    parts.unshift(pathWithin(at, root as Document | ShadowRoot));
    at = root instanceof ShadowRoot ? root.host : null;
  }
  return parts.join(" >>> ");
}

function pathWithin(element: Element, root: Document | ShadowRoot): string {
  const steps: string[] = [];
  for (let at: Element | null = element; at; at = at.parentElement) {
    const id = at.id;
    if (looksChosen(id) && isOnly(root, `#${CSS.escape(id)}`)) { steps.unshift(`#${CSS.escape(id)}`); break; }
    if (at.localName === "html" || at.localName === "body") { steps.unshift(at.localName); break; }
    steps.unshift(stepOf(at));
  }
  return steps.join(" > ");
}

function isOnly(root: Document | ShadowRoot, css: string): boolean {
  return root.querySelectorAll(css).length === 1;
}

function stepOf(element: Element): string {
  const tag = CSS.escape(element.localName);
  const name = element.getAttribute("name");
  const step = name && name.length < 60 ? `${tag}[name="${CSS.escape(name)}"]` : tag;
  const same = siblingsLike(element, (other) => other.localName === element.localName);
  return same > 0 ? `${step}:nth-of-type(${same})` : step;
}

/** The element's place from 1 among like siblings; 0 when it is the only one. */
function siblingsLike(element: Element, like: (other: Element) => boolean): number {
  let place = 0;
  let count = 0;
  const parent = element.parentNode;
  if (!parent) return 0;
  for (const other of parent.children) {
    if (!like(other)) continue;
    count++;
    if (other === element) place = count;
  }
  return count > 1 ? place : 0;
}

/** Absolute XPath in the element's document; "" within a shadow root, where XPath does not reach. */
export function xPath(element: Element): string {
  if (element.getRootNode() !== element.ownerDocument) return "";
  let path = "";
  for (let at: Element | null = element; at; at = at.parentElement) {
    const place = siblingsLike(at, (other) => other.localName === at!.localName);
    const step = at.namespaceURI === "http://www.w3.org/1999/xhtml" ? at.localName : `*[local-name()="${at.localName}"]`;
    path = `/${step}${place ? `[${place}]` : ""}${path}`;
  }
  return path;
}
