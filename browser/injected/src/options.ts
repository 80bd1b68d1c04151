// The option that says a text, in a list that the page made itself and a press opened. It reports; Python decides.
import { fold, textOf } from "./text";
import { all, isVisible, parentOf, rootsOf } from "./tree";

/** `found`: the options that say it and can be pressed; `there`: what the list offers, to tell; `searchable`: typing goes to a field. */
export interface Options { found: Element[]; there: string[]; searchable: boolean }

const OPTION = "[role=option],[role=menuitemradio],[role=menuitemcheckbox],[role=menuitem],[role=radio],[role=treeitem],li,label";
const LISTED = "[role=option],[role=menuitemradio],[role=listbox],[role=menu],[role=tree]";
const SKIPPED = new Set(["html", "head", "body", "script", "style", "option", "title"]);
const MOST = 20;
const LONGEST = 80;
let standing = new WeakSet<Element>();

/** From now on what says the text now is no option, if it stands in no list. */
export function beforeList(text: string): void {
  standing = new WeakSet(saying(text));
}

export function optionsSaying(text: string): Options {
  const options = [...new Set(saying(text).map(optionOf))];
  const listed = options.filter((option) => option.closest(LISTED));
  const fresh = options.filter((option) => !standing.has(option) && ![...option.querySelectorAll("*")].some((part) => standing.has(part)));
  const offered = listed.some(canPress) || !fresh.length ? listed : fresh;
  return { found: offered.filter(canPress), there: offeredNow(), searchable: isTypedInto(focused()) };
}

/** Brings more of a long list into view: the next part of the box that scrolls around its options. */
export function scrollList(): boolean {
  for (let at: Element | null = all(rootsOf(document), "[role=option],[role=menuitemradio]").find(canPress) ?? null; at && at.localName !== "body"; at = parentOf(at)) {
    const room = at.scrollHeight - at.clientHeight - at.scrollTop;
    if (room > 1 && /auto|scroll/.test(getComputedStyle(at).overflowY)) { at.scrollTop += at.clientHeight * 0.8; return true; }
  }
  return false;
}

/** The innermost visible elements that say just the text; case counts only where it tells two apart. */
function saying(text: string): Element[] {
  const wanted = fold(text);
  const near = all(rootsOf(document), "*").filter((element) => !SKIPPED.has(element.localName) && says(element, wanted, true) && isVisible(element));
  const exact = near.filter((element) => says(element, wanted, false));
  const found = exact.length ? exact : near;
  return found.filter((element) => !found.some((other) => other !== element && element.contains(other)));
}

function says(element: Element, wanted: string, anyCase: boolean): boolean {
  const text = element.getAttribute("aria-label") ?? element.textContent ?? "";
  if (text.length > wanted.length * 2 + LONGEST) return false;
  return anyCase ? fold(text).toLowerCase() === wanted.toLowerCase() : fold(text) === wanted;
}

function optionOf(element: Element): Element {
  if (element.matches("button,a[href],[role]")) return element;
  const option = element.closest(OPTION);
  const names = option instanceof HTMLLabelElement && !["checkbox", "radio"].includes((option.control as HTMLInputElement | null)?.type ?? "");
  return option && !names && fold(option.textContent).length < LONGEST * 2 ? option : element;
}

/** Whether a press on its middle would reach it: the lists that only a screen reader hears have no place in the page. */
function canPress(element: Element): boolean {
  const box = element.getBoundingClientRect();
  if (box.width < 2 || box.height < 2) return false;
  let hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  while (hit?.shadowRoot) {
    const inner = hit.shadowRoot.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    if (!inner || inner === hit) break;
    hit = inner;
  }
  for (let at: Element | null = hit; at; at = parentOf(at)) if (at === element) return true;
  return false;
}

function offeredNow(): string[] {
  const options = all(rootsOf(document), "[role=option],[role=menuitemradio]").filter(isVisible);
  return options.slice(0, MOST).map((option) => textOf(option, LONGEST)).filter(Boolean);
}

function focused(): Element | null {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at;
}

function isTypedInto(element: Element | null): boolean {
  return element instanceof HTMLInputElement && ["text", "search", ""].includes(element.type) && !element.readOnly && !element.disabled;
}
