// Lists of rows: told from one example while recording, and found and read again at replay.
import { find, type Selector } from "../find";
import { remembering } from "../memo";
import { all, isVisible, rootsOf } from "../tree";
import { isControls, type Cell } from "./cells";
import { itemOf, pathsOf, readItems, signatureOf } from "./items";
import { extentOf, pagesOffered, type Extent, type Pages } from "./partly";
import type { Read, Row } from "./rows";
import { TABLES, columnAt, labelsOf, readTable, tableOf } from "./table";

/** A column as the example's list shows it: `place` counts a table's columns from 1, `path` leads there in an item.
 *  `controls`: there is nothing in it but what is pressed. */
interface Column { label: string; place: number; path: string; cells: Cell[]; controls: boolean }
export interface Example {
  list: Element; item: string; columns: Column[]; pointed: number; count: number; asides: string[]; partly: boolean; lang: string;
}
const SAMPLES = 200;

/** The list that an element is a part of; null where it is in none. */
export function exampleFrom(element: Element): Example | null {
  return remembering(() => {
    const table = tableOf(element);
    return table ? tableExample(table, element) : itemsExample(element);
  });
}

function tableExample(table: Element, element: Element): Example | null {
  const read = readTable(table);
  const labels = labelsOf(table);
  const width = Math.max(labels.length, read.rows[0]?.cells.length ?? 0);
  if (!width) return null;
  const columns = Array.from({ length: width }, (_, n) => ({
    label: labels[n] ?? "", place: n + 1, path: "", cells: sampled(read, n), controls: read.elements.length > 0 && read.elements.every((row) => isPressed(row, n)),
  }));
  return example(table, "", columns, columnAt(table, element), read);
}

function isPressed(row: Element, column: number): boolean {
  const cell = row.children[column];
  return cell !== undefined && isControls(cell);
}

function itemsExample(element: Element): Example | null {
  const item = itemOf(element);
  const list = item?.parentElement;
  if (!item || !list) return null;
  const signature = signatureOf(item);
  const paths = pathsOf(item);
  const read = readItems(list, signature, paths);
  const columns = paths.map((path, n) => ({ label: "", place: 0, path, cells: sampled(read, n), controls: false }));
  const pointed = paths.findIndex((path) => path !== "" && Array.from(item.querySelectorAll(`:scope ${path}`)).some((place) => place.contains(element)));
  return example(list, signature, columns, pointed, read);
}

function example(list: Element, item: string, columns: Column[], pointed: number, read: Read): Example {
  const lang = list.closest("[lang]")?.getAttribute("lang") ?? "";
  return { list, item, columns, pointed, count: read.rows.length, asides: read.asides, partly: extentOf(list, read).windowed, lang };
}

function sampled(read: Read, column: number): Cell[] {
  return read.rows.slice(0, SAMPLES).map((row) => row.cells[column]!);
}

export interface Question { selectors: Selector[]; item: string; paths: string[]; labels: string[] }
interface Listed extends Extent { found: number[]; labels: string[]; rows: Row[] | null; asides: string[]; headings: number }
export interface Lists { lists: Listed[]; pages: Pages }

const MOST_LISTS = 40;
const UNREAD: Read = { elements: [], rows: [], asides: [], headings: 0 };

/** The lists of the document that may be the one, with the rows of those that a selector finds or that have all the
 *  labels; and the elements behind them. */
export function listsFor({ selectors, item, paths, labels }: Question): { told: Lists; elements: Element[]; rows: Element[][] } {
  const roots = rootsOf(document);
  const found = selectors.map((selector) => find(roots, selector));
  const there = item ? [...new Set(found.flat())] : all(roots, TABLES).filter((table) => tableOf(table) === table);
  const elements = there.filter((list) => isVisible(list) || found.some((some) => some.includes(list))).slice(0, MOST_LISTS);
  const rows: Element[][] = [];
  const lists = elements.map((list): Listed => {
    const own = item ? [] : labelsOf(list);
    const by = found.flatMap((some, n) => (some.includes(list) ? [n] : []));
    const read = item ? readItems(list, item, paths) : by.length || hasAll(own, labels) ? readTable(list) : null;
    rows.push(read?.elements ?? []);
    const { asides, headings } = read ?? UNREAD;
    return { found: by, labels: own, rows: read?.rows ?? null, asides, headings, ...extentOf(list, read ?? UNREAD) };
  });
  return { told: { lists, pages: pagesOffered() }, elements, rows };
}

function hasAll(own: readonly string[], labels: readonly string[]): boolean {
  const known = own.map((label) => label.toLowerCase());
  return labels.length > 0 && labels.every((label) => known.includes(label.toLowerCase()));
}
