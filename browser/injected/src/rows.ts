// Rows: the things alike that a page lists (table rows, items, cards), and which of its texts names a row among them.
import { isLive } from "./live";
import { bounded, fold, ownText, textOf } from "./text";
import { once, remembers } from "./memo";

const ROWS = "tr,li,dl > div,[role=row],[role=listitem],[role=option],[role=treeitem],article";
const LINES = "tr,[role=row]";
const CELLS = "td,th,[role=cell],[role=gridcell],[role=rowheader]";
const FILLED = "input:not([type=checkbox]):not([type=radio]):not([type=hidden]):not([type=submit]),select,textarea";
const NO_TEXTS = "button,select,textarea,svg,script,style,noscript,template,summary,[role=button],[role=menuitem],[role=tab],[aria-hidden=true]";
const TELLING = "a[href],th,h1,h2,h3,h4,h5,h6,[role=rowheader],[role=heading]";
const LONGEST = 120;
const WHOLE = 160;
const MOST_ROWS = 300;
const MOST_TEXTS = 30;

/** `row` is the text of a row, without the buttons and fields in it; `key` what names it among those beside it, "" where
 *  nothing does; `column` what stands over that. */
export interface Row { row: string; key: string; column: string }
const NONE: Row = { row: "", key: "", column: "" };

/** What `at`, which `element` stands in, is as a row; without texts where it is none. `several`: there are more like
 *  `element`, so the row's key tells which it is. */
export function rowOf(at: Element, element: Element, several: boolean): Row {
  if (at.matches("label,nav,nav *,form")) return NONE;
  if (!at.matches(ROWS) && !isRepeated(at)) return NONE;
  if (at.matches("li,[role=option]") && fold(at.textContent) === fold(element.textContent)) return NONE;
  const first = at.parentElement ? keyOf(at) : null;
  const own = first !== null && (element === first.element || element.contains(first.element));
  const named = several || own || at.matches(LINES) || isOfLoop(at) ? first : null;
  const bare = textOf(at, 160, "controls");
  const key = named?.text ?? "";
  const row = !key || own || bare.includes(key) ? bare : bounded(`${key} ${bare}`.trim(), 160);
  const text = row || linkText(at, element);
  return text || own ? { row: text, key, column: named ? columnOf(named.element) : "" } : NONE;
}

/** The list that a loop goes through: what is drawn in it as its rows were is a row, also where one alone is left. */
let ofLoop: { container: Element; kind: string } | null = null;

/** From now on, in this document, these are rows. */
export function goThrough(container: Element | null, kind: string): void { ofLoop = container && kind ? { container, kind } : null; }

/** What tells the rows of a list from what else stands in it. */
export function kindOf(row: Element): string { return `${row.localName}.${row.matches("div,section") ? row.classList[0] : ""}`; }

function isOfLoop(at: Element): boolean { return ofLoop !== null && at.parentElement === ofLoop.container && kindOf(at) === ofLoop.kind; }

/** What names a row among others, and what stands over that. */
export interface Named { key: string; column: string }

/** Whether an element is one of several that a page lists: a row, and no head of rows. */
export function isRow(at: Element): boolean {
  return at.parentElement !== null && !at.matches("label,nav,nav *,form") && (at.matches(ROWS) || isRepeated(at)) && !isHead(at);
}

/** What names each of these rows among all of them; numbers do where no words can. */
export function namesOf(rows: Element[]): Named[] {
  const holders = holdersOf(rows);
  const isOwn = (piece: Piece): boolean => holders.get(piece.text)!.size === 1;
  return rows.map((row) => {
    const first = keyOf(row);
    const alone = piecesOf(row).filter((piece) => piece.text.length <= LONGEST && isOwn(piece));
    const named = first && (holders.get(first.text)?.size ?? 1) === 1 ? first : alone.find((piece) => saysWhat(piece.text)) ?? alone[0];
    return named ? { key: named.text, column: columnOf(named.element) } : { key: "", column: "" };
  });
}

/** What stands over the columns of a table. */
export function columnsOf(table: Element): string[] {
  return Array.from(headRowOf(table)?.children ?? [], (head) => textOf(head, 40, "controls") || textOf(head, 40));
}

const ROW_TEXT = 2000;
const ROW_UP = 5;

/** Whether the row that an element stands in says `key`, in whatever the page draws its rows with. */
export function standsBeside(element: Element, key: string): boolean {
  const row = element.closest(ROWS);
  if (row) return says(row, key);
  let at = element.parentElement;
  for (let up = 0; at && up < ROW_UP; at = at.parentElement, up++) {
    const verdict = once("how much", at, () => (at!.textContent ?? "").length);
    if (verdict > ROW_TEXT) return false;
    if (says(at, key)) return true;
  }
  return false;
}

function says(row: Element, key: string): boolean {
  return once("row text", row, () => fold(row.textContent).toLowerCase()).includes(key);
}

/** The text around an element that has others like it in blocks beside its own, whatever the blocks are made of. */
export function blockOf(element: Element, peers: readonly Element[]): string {
  const place = peers.indexOf(element);
  const others = peers.slice(Math.max(0, place - 1), place + 2).filter((other) => other !== element && !other.contains(element) && !element.contains(other));
  let block = element;
  while (block.parentElement && block.parentElement.localName !== "body" && !others.some((other) => block.parentElement!.contains(other))) block = block.parentElement;
  const within = block.parentElement;
  if (!others.length || block === element || !within || within.localName === "body" || block.matches("label,nav,nav *,form")) return "";
  const text = textOf(block, WHOLE + 1, "controls");
  return text.length > WHOLE ? "" : text;
}

/** In rows whose key is itself a link ("Ada", beside Open and Edit), the first other control names the row. */
function linkText(row: Element, element: Element): string {
  for (const link of row.querySelectorAll("a[href],button")) {
    if (link !== element && !link.contains(element)) return textOf(link, 80);
  }
  return "";
}

/** A card or post: a block among siblings of the same tag and first class. One field with its label is no such block. */
function isRepeated(element: Element): boolean {
  const parent = element.parentElement;
  if (!parent || element.localName !== "div" && element.localName !== "section") return false;
  if (isOfLoop(element)) return true;
  const signature = element.classList[0];
  if (!signature || isFormField(element)) return false;
  const same = once("blocks", parent, () => blocksOf(parent)).get(`${element.localName} ${signature}`) ?? 0;
  return same > 1 && (element.childElementCount > 1 || ownText(element) !== "");
}

/** How many children of each tag and first class there are. */
function blocksOf(parent: Element): Map<string, number> {
  const count = new Map<string, number>();
  for (const child of parent.children) {
    const key = `${child.localName} ${child.classList[0]}`;
    count.set(key, (count.get(key) ?? 0) + 1);
  }
  return count;
}

const CONTROLS_OF_CARD = 2;

function isFormField(element: Element): boolean {
  if (element.querySelector("label,select,textarea")) return true;
  if (!element.querySelector("input:not([type=checkbox])")) return false;
  return element.querySelectorAll("a[href],button").length < CONTROLS_OF_CARD;
}

interface Piece { element: Element; text: string }

/** The first text of a row that says something and that no row beside it has; links and headings come before the rest. */
function keyOf(row: Element): Piece | null {
  if (describesOne(row)) return null;
  const all = piecesOf(row);
  const pieces = all.filter((piece) => saysWhat(piece.text) && !all.some((other) => initialsOf(other.text).startsWith(piece.text) && other.text !== piece.text));
  const others = besides(row);
  const own = others.some((other) => other !== row)
    ? pieces.filter((piece) => !stands(piece.text, row, others))
    : pieces.filter((piece) => isOfLoop(row) || !isOneOfSeveral(piece.element));
  return own.find((piece) => piece.element.closest(TELLING)) ?? own[0] ?? null;
}

/** A line of a form, or of a sheet about one thing, is no row: what stands first in it is the name of what follows. */
function describesOne(row: Element): boolean {
  const first = row.querySelector(CELLS);
  if (first === null) return row.querySelector(FILLED) !== null;
  if (headersOf(row).length) return false;
  return first.localName === "th" || row.querySelector(FILLED) !== null;
}

/** Of a row alone no other tells which links are there in every row: those that stand together, or stand in no column. */
export function isOneOfSeveral(element: Element): boolean {
  const link = element.closest("a[href]");
  const cell = link?.closest(CELLS);
  return link !== null && (!columnOf(link) || (cell?.querySelectorAll("a[href],button").length ?? 0) > 1);
}

/** "AL" of "Anna Larsen", as pages draw them in the place of a picture. */
function initialsOf(text: string): string {
  return text.split(" ", 3).map((word) => word.charAt(0)).join("").toUpperCase();
}

const WHEN = /\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.? \d|\d:\d\d|\bago$/i;

/** Words, and no day or time. */
function saysWhat(text: string): boolean {
  return text.length <= LONGEST && /\p{L}/u.test(text) && !WHEN.test(text);
}

/** The rows that it is one of, itself among them where it is not far down, without those that head the others. */
function besides(row: Element): Element[] {
  const parent = row.parentElement!;
  const listed = row.matches(ROWS);
  return once(listed ? row.localName : `${row.localName}.${row.classList[0]}`, parent, () =>
    Array.from(parent.children).slice(0, MOST_ROWS).filter((other) => other.localName === row.localName && !isHead(other) && (listed || other.classList[0] === row.classList[0])));
}

const FEW = 24;

/** Whether a text stands in a row beside `row` too. All texts of all rows are put together only where many are asked for. */
function stands(text: string, row: Element, rows: Element[]): boolean {
  if (!remembers() || once("asked", rows, () => ({ times: 0 })).times++ < FEW) return rows.some((other) => other !== row && has(other, text));
  const holders = once("holders", rows, () => holdersOf(rows)).get(text);
  return holders !== undefined && (holders.size > 1 || !holders.has(row));
}

function holdersOf(rows: Element[]): Map<string, Set<Element>> {
  const holders = new Map<string, Set<Element>>();
  for (const row of rows) {
    for (const { text } of piecesOf(row)) {
      const known = holders.get(text);
      if (known) known.add(row);
      else holders.set(text, new Set([row]));
    }
  }
  return holders;
}

function has(row: Element, text: string): boolean {
  return fold(once("whole text", row, () => row.textContent)).includes(text) && piecesOf(row).some((piece) => piece.text === text);
}

/** The texts of a row, each with the element that it stands in; what inline elements say belongs to the text around it. */
function piecesOf(row: Element): Piece[] {
  return once("pieces", row, () => {
    const pieces: Piece[] = [];
    collect(row, row, pieces);
    return pieces;
  });
}

function collect(element: Element, row: Element, pieces: Piece[]): void {
  if (pieces.length >= MOST_TEXTS || (element !== row && (element.matches(NO_TEXTS) || isLive(element)))) return;
  if (ownText(element)) {
    const text = textOf(element, LONGEST + 1, "announced");
    if (element === row && element.querySelector("a[href],button,input")) pieces.push({ element, text: ownText(element) });
    else { pieces.push({ element, text }); return; }
  }
  for (const child of element.children) collect(child, row, pieces);
}

/** What stands over an element in its table; "" where nothing does. */
export function columnOf(element: Element): string {
  const cell = element.closest(CELLS);
  const row = cell?.closest("tr,[role=row]");
  if (!cell || !row) return "";
  const header = headersOf(row)[Array.prototype.indexOf.call(row.querySelectorAll(`:scope > :is(${CELLS})`), cell)];
  return header ? textOf(header, 40, "controls") || textOf(header, 40) : "";
}

/** The heads of the columns of a row's table. */
function headersOf(row: Element): Element[] {
  const table = row.closest("table,[role=table],[role=grid],[role=treegrid]");
  return table ? once("headers", table, () => Array.from(headRowOf(table)?.children ?? [])) : [];
}

function headRowOf(table: Element): Element | null {
  const head = table.querySelector("thead tr:last-of-type");
  if (head) return head;
  const first = table.querySelector("tr,[role=row]");
  return first && first.childElementCount > 1 && isHead(first) ? first : null;
}

function isHead(row: Element): boolean {
  return row.childElementCount > 0 && Array.from(row.children).every((cell) => cell.matches("th,[role=columnheader]"));
}
