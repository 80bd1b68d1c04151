// What the two shapes of a list have in common: its rows, what stands among them and is none, and what names a row.
import { fold } from "../text";
import { isVisible } from "../tree";
import type { Cell } from "./cells";

/** `mark` is what programmers name the row by, or where its links lead; `whole` all that it says; `index` its place in
 *  the whole list, as the page tells it, else 0. */
export interface Row { cells: Cell[]; mark: string; whole: string; index: number }

/** `asides` are texts that stand among the rows and are none: what heads a group, a total, "No customers". */
export interface Read { elements: Element[]; rows: Row[]; asides: string[]; headings: number }

const MARKS = ["data-id", "data-key", "data-row-key", "data-row-id", "data-item-id", "id"];
const ASIDES = 20;

export function rowOf(element: Element, cells: Cell[]): Row {
  return { cells, mark: markOf(element), whole: fold(element.textContent), index: Number(element.getAttribute("aria-rowindex")) || 0 };
}

function markOf(element: Element): string {
  const named = MARKS.map((name) => element.getAttribute(name)).find(Boolean);
  return named ?? Array.from(element.querySelectorAll<HTMLAnchorElement>("a[href]"), (link) => link.pathname).join(" ");
}

/** Whether a person sees the row; one that has no box of its own is seen by its cells. */
export function isThere(row: Element): boolean {
  if (row.closest("[aria-hidden=true]")) return false;
  return isVisible(row) || (getComputedStyle(row).display === "contents" && Array.from(row.children).some(isVisible));
}

export function told(asides: readonly string[]): string[] {
  return asides.map((text) => text.slice(0, 160)).filter(Boolean).slice(0, ASIDES);
}
