// What one cell of a row says, or holds if a field stands in it, and where its link leads.
import { isSecret } from "../secrets";
import { bounded, fold } from "../text";

export interface Cell { text: string; href: string; secret: boolean }
export const NOTHING: Cell = { text: "", href: "", secret: false };

const LONGEST = 20000;
const BUTTONS = "button,[role=button],[role=menuitem],summary,input[type=submit],input[type=button],input[type=reset]";
const FIELDS = "input:not([type=hidden],[type=submit],[type=button],[type=reset]),select,textarea";
export const CONTROLS = `${BUTTONS},a[href],${FIELDS}`;

export function cellOf(element: Element): Cell {
  const fields = within(element, FIELDS);
  if (fields.some(isSecret)) return { ...NOTHING, secret: true };
  const text = textOf(element) || fold(fields.map(heldBy).join(" ")) || picturedBy(element);
  return { text: bounded(text, LONGEST), href: linkOf(element), secret: false };
}

/** Several elements that stand for one value: what each says, one after the other. */
export function joined(elements: readonly Element[]): Cell {
  const cells = elements.map(cellOf);
  if (cells.length < 2) return cells[0] ?? NOTHING;
  return { text: cells.map((cell) => cell.text).filter(Boolean).join(", "), href: cells[0]!.href, secret: cells.some((cell) => cell.secret) };
}

/** Where an element's link leads, with its whole address: its own, the one around it, or the first within. */
export function linkOf(element: Element): string {
  const link = element.closest("a[href]") ?? element.querySelector("a[href]");
  return link instanceof HTMLAnchorElement ? link.href : "";
}

/** Whether all that it holds is there to be pressed or filled in, and is more than one link, which may be what it says. */
export function isControls(element: Element): boolean {
  const controls = within(element, CONTROLS);
  if (controls.length === 1 && controls[0]!.matches("a[href]")) return false;
  return controls.length > 0 && fold(element.textContent) === fold(controls.map((control) => control.textContent).join(" "));
}

/** Visible text without that of buttons. */
function textOf(element: Element): string {
  if (!element.querySelector(`${BUTTONS},select,textarea`)) return fold(element instanceof HTMLElement ? element.innerText : element.textContent);
  const parts: string[] = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const around = node.parentElement!;
    if (!around.closest(`${BUTTONS},select,textarea,script,style`) && isDrawn(around)) parts.push(node.nodeValue ?? "");
  }
  return fold(parts.join(" "));
}

function isDrawn(element: Element): boolean {
  return (element as HTMLElement & { checkVisibility?: (o: object) => boolean }).checkVisibility?.({ visibilityProperty: true }) ?? true;
}

function heldBy(field: Element): string {
  if (field instanceof HTMLSelectElement) return Array.from(field.selectedOptions, (option) => option.label).join(", ");
  const input = field as HTMLInputElement;
  if (input.type === "checkbox" || input.type === "radio") return input.checked ? "yes" : "no";
  return input.value;
}

/** What a picture in the place of a text says. */
function picturedBy(element: Element): string {
  const picture = element.querySelector("img[alt],[role=img][aria-label],svg title");
  return fold(picture?.getAttribute("alt") ?? picture?.getAttribute("aria-label") ?? picture?.textContent);
}

function within(element: Element, css: string): Element[] {
  return [...(element.matches(css) ? [element] : []), ...element.querySelectorAll(css)];
}
