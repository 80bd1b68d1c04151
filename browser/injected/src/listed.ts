// The lists of a page (tables, lists, cards), and the rows of one of them, for a loop over its rows.
import { byXPath } from "./find";
import { headingBefore, landmarkAround } from "./context";
import { once } from "./memo";
import { nameOf } from "./name";
import { xPath } from "./path";
import { columnsOf, goThrough, isOneOfSeveral, isRow, kindOf, namesOf, type Named } from "./rows";
import { textOf } from "./text";
import { all, isVisible } from "./tree";

const CONTROLS = "a[href],button,input:not([type=hidden]),select,textarea,[role=button],[role=checkbox],[role=menuitem]";
const ROW_LIKE = "tr,li,dl > div,[role=row],[role=listitem],[role=option],[role=treeitem],article,div,section";
const TABLES = "table,[role=table],[role=grid],[role=treegrid]";
const LINES = "tr,[role=row]";
const LOOKED_AT = 20;
const MOST_NAMES = 40;
const SAYS = 600;

/** A list as it stands in the page: `path` of what its rows are in, their `kind` ("" in a table), `columns` over them,
 *  `controls` that its first rows have, by name without what names the row; `count` rows are to be seen. */
export interface Listed { path: string; kind: string; columns: string[]; heading: string; landmark: string; controls: string[]; count: number }

/** A list that was seen before. */
export interface Known { path: string; kind: string }

/** A row: what names it among all of its list, "" where nothing does, all that it says, and what it tells: without what
 *  can be pressed in any row ("Mark paid", "Open"). */
export interface ListedRow extends Named { says: string; tells: string }

let lists: { rows: Element[]; container: Element; kind: string }[] = [];

/** All lists of the page. What is in the `known` one as its rows were is a row, also where one alone is left. */
export function listsNow(roots: readonly (Document | ShadowRoot)[], known: Known | null): Listed[] {
  goThrough(known?.path ? byXPath(known.path)[0] ?? null : null, known?.kind ?? "");
  const found = new Map<Element, Map<string, Element[]>>();
  for (const container of tablesOf(roots)) kindsOf(found, container).set("", []);
  for (const row of all(roots, ROW_LIKE)) {
    if (!isRow(row)) continue;
    const table = row.matches(LINES) ? row.closest(TABLES) : null;
    const container = table ?? row.parentElement!;
    const kinds = kindsOf(found, container);
    const kind = table ? "" : kindOf(row);
    const rows = kinds.get(kind);
    if (rows) rows.push(row);
    else kinds.set(kind, [row]);
  }
  lists = [...found].filter(([container]) => isShown(container)).flatMap(([container, kinds]) =>
    [...kinds].map(([kind, rows]) => ({ container, kind, rows: rows.filter((row) => isListed(row, container)) })));
  return lists.map(listed);
}

/** The first `most` rows of a list of the last answer; null where it is gone. */
export function rowsNow(place: number, most: number): ListedRow[] | null {
  const list = lists[place];
  if (!list?.container.isConnected) return null;
  const rows = list.rows.slice(0, most).filter((row) => row.isConnected);
  const names = namesOf(rows);
  const links = new Map<string, number>();
  for (const row of rows) for (const link of row.querySelectorAll("a[href]")) links.set(textOf(link), (links.get(textOf(link)) ?? 0) + 1);
  return rows.map((row, i) => ({ ...names[i]!, says: textOf(row, SAYS), tells: told(row, links) }));
}

function told(row: Element, links: Map<string, number>): string {
  const data = Array.from(row.querySelectorAll("a[href]")).filter((link) => !isOneOfSeveral(link) || (links.get(textOf(link)) === 1 && !besideOthers(link)));
  return [textOf(row, SAYS, "controls"), ...data.map((link) => textOf(link))].join(" | ");
}

function besideOthers(link: Element): boolean {
  return (link.closest("td,th,[role=cell],[role=gridcell]")?.querySelectorAll(CONTROLS).length ?? 0) > 1;
}

function tablesOf(roots: readonly (Document | ShadowRoot)[]): Element[] {
  return all(roots, TABLES).filter(isVisible);
}

function kindsOf(found: Map<Element, Map<string, Element[]>>, container: Element): Map<string, Element[]> {
  let kinds = found.get(container);
  if (!kinds) found.set(container, kinds = new Map());
  return kinds;
}

/** Not what heads or sums up the others, nor a line that says that there is nothing, or nothing yet. */
function isListed(row: Element, container: Element): boolean {
  if (row.closest("thead,tfoot") || !isShown(row)) return false;
  const only = row.matches(LINES) && row.childElementCount === 1 ? row.firstElementChild : null;
  return !only || (columnsOf(container).length < 2 && ((only as HTMLTableCellElement).colSpan || 1) < 2);
}

/** A row may have no box of its own. */
function isShown(row: Element): boolean {
  return isVisible(row) || Array.from(row.children).some(isVisible);
}

function listed({ container, kind, rows }: { container: Element; kind: string; rows: Element[] }): Listed {
  const within = rows[0] ?? container;
  return {
    path: xPath(container), kind, columns: columnsOf(container), heading: headingAround(within), landmark: landmarkAround(within),
    controls: controlsOf(rows), count: rows.length,
  };
}

function headingAround(element: Element): string {
  let up = 0;
  for (let at = element; at.parentElement && up < 14; at = at.parentElement, up++) {
    const heading = headingBefore(at.parentElement, at);
    if (heading) return heading;
  }
  return "";
}

function controlsOf(rows: Element[]): string[] {
  const some = rows.slice(0, LOOKED_AT);
  const names = namesOf(some);
  const found = new Set<string>();
  for (const [i, row] of some.entries()) {
    for (const control of row.querySelectorAll(CONTROLS)) {
      const name = once("plain name", control, () => nameOf(control));
      if (name && found.size < MOST_NAMES) found.add(names[i]!.key ? name.split(names[i]!.key).join(" ").replace(/\s+/g, " ").trim() : name);
    }
  }
  return [...found];
}
