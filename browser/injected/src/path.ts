// Structural addresses of an element: a CSS path that enters shadow roots by " >>> ", and an XPath.

import { once, remembers } from "./memo";

const FEW = 24;
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
    if (looksChosen(id) && isOnly(root, id)) { steps.unshift(`#${CSS.escape(id)}`); break; }
    if (at.localName === "html" || at.localName === "body") { steps.unshift(at.localName); break; }
    steps.unshift(stepOf(at));
  }
  return steps.join(" > ");
}

function isOnly(root: Document | ShadowRoot, id: string): boolean {
  if (!remembers()) return root.querySelectorAll(`#${CSS.escape(id)}`).length === 1;
  if (once("ids asked", root, () => ({ times: 0 })).times++ < FEW) return once(`id ${id}`, root, () => root.querySelectorAll(`#${CSS.escape(id)}`).length) === 1;
  return once("ids", root, () => idsOf(root)).get(id) === 1;
}

function idsOf(root: Document | ShadowRoot): Map<string, number> {
  const count = new Map<string, number>();
  for (const { id } of root.querySelectorAll("[id]")) count.set(id, (count.get(id) ?? 0) + 1);
  return count;
}

function stepOf(element: Element): string {
  const tag = CSS.escape(element.localName);
  const name = element.getAttribute("name");
  const step = name && name.length < 60 ? `${tag}[name="${CSS.escape(name)}"]` : tag;
  const same = placeAmongSiblings(element);
  return same > 0 ? `${step}:nth-of-type(${same})` : step;
}

/** The element's place from 1 among siblings of its tag; 0 when it is the only one. */
function placeAmongSiblings(element: Element): number {
  const parent = element.parentNode;
  if (!parent) return 0;
  if (remembers()) return once("places", parent, () => placesOf(parent)).get(element) ?? 0;
  return placeAlone(element, parent);
}

function placeAlone(element: Element, parent: ParentNode): number {
  let place = 0;
  let count = 0;
  for (const other of parent.children) {
    if (other.localName !== element.localName) continue;
    count++;
    if (other === element) place = count;
  }
  return count > 1 ? place : 0;
}

function placesOf(parent: ParentNode): Map<Element, number> {
  const seen = new Map<string, number>();
  const places = new Map<Element, number>();
  for (const child of parent.children) {
    const place = (seen.get(child.localName) ?? 0) + 1;
    seen.set(child.localName, place);
    places.set(child, place);
  }
  for (const [child, place] of places) if (place === 1 && seen.get(child.localName) === 1) places.set(child, 0);
  return places;
}

/** Absolute XPath in the element's document; "" within a shadow root, where XPath does not reach. */
export function xPath(element: Element): string {
  if (element.getRootNode() !== element.ownerDocument) return "";
  let path = "";
  for (let at: Element | null = element; at; at = at.parentElement) {
    const place = placeAmongSiblings(at);
    const step = at.namespaceURI === "http://www.w3.org/1999/xhtml" ? at.localName : `*[local-name()="${at.localName}"]`;
    path = `/${step}${place ? `[${place}]` : ""}${path}`;
  }
  return path;
}
