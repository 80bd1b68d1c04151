// Tables and grids as rows of cells in columns: merged cells are given to all that they span, and what heads, sums up or
// parts the rows is told apart from them.
import { once } from "../memo";
import { fold } from "../text";
import { NOTHING, cellOf } from "./cells";
import { isThere, rowOf, told, type Read } from "./rows";

export const TABLES = "table,[role=table],[role=grid],[role=treegrid]";
const LINES = "tr,[role=row]";
const CELLS = "td,th,[role=cell],[role=gridcell],[role=rowheader],[role=columnheader]";
const HEADS = "th,[role=columnheader]";
const TOTAL = /^(grand |sub)?(total|totals|sum|summe|gesamt|zwischensumme|totaal|somme|totale|suma|summa)\b/i;
const ARROWS = /[\u2190-\u21ff\u25b2-\u25ff\u2b05-\u2b0d]/g;
type Line = (Element | undefined)[];

/** The table that an element is, or stands in; one that only lays out the page is none. */
export function tableOf(element: Element): Element | null {
  const table = element.closest(TABLES);
  if (!table?.matches("table[role=presentation],table[role=none]")) return table;
  return table.parentElement ? tableOf(table.parentElement) : null;
}

/** What stands over the columns, in order; none where nothing does. */
export function labelsOf(table: Element): string[] {
  const heads = linesOf(table).filter(isHead);
  const last = inColumns(heads).at(-1) ?? [];
  return Array.from(last, (cell) => (cell ? fold((cell.textContent || (cell.getAttribute("aria-label") ?? "")).replace(ARROWS, "")).slice(0, 80) : ""));
}

/** The rows that a person sees, in columns. */
export function readTable(table: Element): Read {
  const lines = linesOf(table);
  const body = lines.filter((line) => !isHead(line) && !line.closest("tfoot") && isThere(line) && cellsOf(line).length > 0);
  const grid = inColumns(body);
  const width = Math.max(labelsOf(table).length, ...grid.map((cells) => new Set(cells).size));
  const asides = body.filter((line, n) => isAside(line, width) || (n === body.length - 1 && isTotal(line, grid[n]!)));
  const rows = body.filter((line) => !asides.includes(line));
  return {
    elements: rows,
    rows: rows.map((line) => rowOf(line, Array.from({ length: width }, (_, n) => cellIn(grid[body.indexOf(line)]!, n)))),
    asides: told(asides.map((line) => fold(line.textContent))), headings: lines.filter((line) => isHead(line)).length,
  };
}

/** Which column, from 0, the cell that an element stands in is in; -1 where it is in none. */
export function columnAt(table: Element, element: Element): number {
  const cell = element.closest(CELLS);
  const line = cell?.closest(LINES);
  if (!cell || !line) return -1;
  const lines = linesOf(table);
  return inColumns(lines)[lines.indexOf(line)]?.indexOf(cell) ?? -1;
}

function cellIn(line: Line, column: number): ReturnType<typeof cellOf> {
  const cell = line[column];
  return cell ? once("cell", cell, () => cellOf(cell)) : NOTHING;
}

function linesOf(table: Element): Element[] {
  return once("lines", table, () => Array.from(table.querySelectorAll(LINES)).filter((line) => tableOf(line) === table));
}

function cellsOf(line: Element): Element[] {
  return Array.from(line.querySelectorAll(CELLS)).filter((cell) => cell.closest(LINES) === line);
}

function isHead(line: Element): boolean {
  if (line.closest("thead")) return true;
  const cells = cellsOf(line);
  return cells.length > 0 && cells.every((cell) => cell.matches(HEADS) && cell.getAttribute("scope") !== "row");
}

/** Each line's cells by column; a cell that spans several stands in each of them. */
function inColumns(lines: readonly Element[]): Line[] {
  const open: { cell: Element; left: number }[] = [];
  return lines.map((line) => {
    const placed: Line = [];
    for (const [column, held] of open.entries()) if (held?.left) { placed[column] = held.cell; held.left--; }
    let column = 0;
    for (const cell of cellsOf(line)) {
      column = (Number(cell.getAttribute("aria-colindex")) || column + 1) - 1;
      while (placed[column]) column++;
      for (let n = span(cell, "colspan"); n > 0; n--, column++) {
        placed[column] = cell;
        open[column] = { cell, left: span(cell, "rowspan") - 1 };
      }
    }
    return placed;
  });
}

function span(cell: Element, name: "colspan" | "rowspan"): number {
  return Math.min(1000, Math.max(1, Number(cell.getAttribute(name) ?? cell.getAttribute(`aria-${name}`)) || 1));
}

/** One cell across the columns is a heading, a message or the details of a row, and a line that joins some is a sum. */
function isAside(line: Element, width: number): boolean {
  const cells = cellsOf(line);
  if (width < 2) return false;
  return cells.some((cell) => span(cell, "colspan") > 1) || (cells.length === 1 && span(cells[0]!, "rowspan") === 1 && !hasMerged(line));
}

/** Whether a merged cell of a line above reaches into this one. */
function hasMerged(line: Element): boolean {
  for (let at = line.previousElementSibling, up = 1; at && up < 50; at = at.previousElementSibling, up++) {
    if (cellsOf(at).some((cell) => span(cell, "rowspan") > up)) return true;
  }
  return false;
}

/** A last line that begins with the word and leaves columns empty. */
function isTotal(line: Element, cells: Line): boolean {
  const texts = Array.from(cells, (cell) => fold(cell?.textContent));
  return TOTAL.test(fold(line.textContent)) && texts.some((text) => text === "");
}
