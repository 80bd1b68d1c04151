// Lists without columns: elements alike side by side. From one of them its siblings are told, and the texts in it.
import { fold, ownText } from "../text";
import { isVisible } from "../tree";
import { joined, type Cell } from "./cells";
import { isThere, rowOf, told, type Read } from "./rows";

const ITEMS = "li,[role=listitem],[role=option],[role=treeitem],[role=article],article,dl > div";
const STOPS = "body,main,form,nav";
const SAMPLED = 50;
const MOST_PATHS = 30;
const MOST_UP = 12;
const SILENT = "button,[role=button],summary,script,style,template,noscript";

/** The item that an element stands in: as the page marks it, else the first around it that has others like it and holds
 *  several texts, else the first that has others like it. */
export function itemOf(element: Element): Element | null {
  const marked = element.closest(ITEMS);
  if (marked?.parentElement && !marked.closest("nav")) return marked;
  const around: Element[] = [];
  for (let at: Element | null = element; at && !at.matches(STOPS) && around.length < MOST_UP; at = at.parentElement) around.push(at);
  const repeated = around.filter((one) => alikeTo(one).length > 1);
  return repeated.find((one) => placesIn(one).length > 1) ?? repeated[0] ?? null;
}

/** CSS of what an item has in common with those beside it. */
export function signatureOf(item: Element): string {
  const alike = alikeTo(item);
  const common = Array.from(item.classList).filter((name) => alike.every((other) => other.classList.contains(name)));
  const role = item.getAttribute("role");
  return [item.localName, ...common.map((name) => `.${CSS.escape(name)}`), ...(role ? [`[role="${CSS.escape(role)}"]`] : [])].join("");
}

/** CSS of the places in the items at which texts stand, in reading order; "" is the item itself. */
export function pathsOf(item: Element): string[] {
  const items = alikeTo(item).slice(0, SAMPLED);
  const found = new Set<string>();
  for (const one of [item, ...items]) for (const place of placesIn(one)) found.add(pathTo(place, one, items));
  return [...found].slice(0, MOST_PATHS);
}

/** The items of a list that a person sees, each with what stands at the paths. */
export function readItems(list: Element, signature: string, paths: readonly string[]): Read {
  const children = Array.from(list.children).filter((child) => child.localName !== "template" && isThere(child));
  const items = children.filter((child) => child.matches(signature));
  const filled = items.filter((item) => fold(item.textContent) || item.querySelector("img,input"));
  return {
    elements: filled,
    rows: filled.map((item) => rowOf(item, paths.map((path) => at(item, path)))),
    asides: told(children.filter((child) => !items.includes(child)).map((child) => fold(child.textContent))), headings: 0,
  };
}

function at(item: Element, path: string): Cell {
  return joined(path ? Array.from(item.querySelectorAll(`:scope ${path}`)).filter(isVisible) : [item]);
}

/** The siblings that a person sees, of the same tag and role and with a class in common, itself among them. */
function alikeTo(item: Element): Element[] {
  const siblings = Array.from(item.parentElement?.children ?? []);
  return siblings.filter((other) => other === item || (isAlike(item, other) && isThere(other)));
}

function isAlike(one: Element, other: Element): boolean {
  if (one.localName !== other.localName || one.getAttribute("role") !== other.getAttribute("role")) return false;
  if (!one.classList.length) return !other.classList.length || one.matches(ITEMS);
  return Array.from(one.classList).some((name) => other.classList.contains(name));
}

/** The innermost elements that say something of their own, buttons aside. */
function placesIn(item: Element): Element[] {
  const places: Element[] = [];
  const visit = (element: Element): void => {
    if (element.matches(SILENT) || !isVisible(element)) return;
    if (ownText(element) || element.matches("input,select,textarea")) { places.push(element); return; }
    for (const child of element.children) visit(child);
  };
  visit(item);
  return places;
}

/** By a class or tag that there is at most once in each item, else by the way from the item. */
function pathTo(place: Element, item: Element, items: readonly Element[]): string {
  if (place === item) return "";
  const once = (css: string): boolean => items.every((other) => other.querySelectorAll(`:scope ${css}`).length < 2);
  const short = [...Array.from(place.classList, (name) => `.${CSS.escape(name)}`), place.localName].find(once);
  if (short) return short;
  const way: string[] = [];
  for (let at = place; at !== item; at = at.parentElement!) way.unshift(`> ${at.localName}:nth-of-type(${nth(at)})`);
  return way.join(" ");
}

function nth(element: Element): number {
  let place = 1;
  for (let at = element.previousElementSibling; at; at = at.previousElementSibling) place += Number(at.localName === element.localName);
  return place;
}
