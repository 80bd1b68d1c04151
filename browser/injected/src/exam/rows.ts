// Mutations of repeated rows: the same control in each, told apart by what the row is about.
import { nameOf } from "../name";
import { textsOf } from "./labels";
import { anotherOf, arrange } from "./places";
import { pickOf, shuffled, type Chance, type Mutation } from "./world";

const CONTROLS = "a[href],button,input,select,textarea";
const NAMES = ["Imke Brandt", "Tomasz Wilk", "Yuki Mori", "Olu Adeyemi", "Petra Novak", "Luca Ferri", "Hanne Vik", "Dario Kovac"];

export interface Rows { row: Element; peers: Element[] }

/** The row that the target stands in and the rows beside it, if those have a control of the same name. */
export function rowOf(truth: Element): Rows | null {
  const name = nameOf(truth);
  for (let at: Element | null = truth.parentElement, up = 0; at?.parentElement && at !== document.body && up < 8; at = at.parentElement, up++) {
    const row: Element = at;
    const peers = Array.from(row.parentElement!.children).filter((other) => other.localName === row.localName && other !== row && holdsOne(other, truth, name));
    if (peers.length) return { row, peers };
  }
  return null;
}

function holdsOne(row: Element, truth: Element, name: string): boolean {
  return Array.from(row.querySelectorAll(truth.localName)).some((other) => nameOf(other) === name);
}

/** Make the row be about something else. */
function rekey(row: Element, chance: Chance): void {
  const name = pickOf(chance, NAMES);
  let first = true;
  for (const node of textsOf(row)) {
    if (node.parentElement?.closest(CONTROLS)) continue;
    node.data = first ? name : node.data.replace(/\d/g, () => String(Math.floor(chance() * 10))).replace(/\p{Lu}[\p{L}]{2,}/gu, () => pickOf(chance, ["Vesta", "Lumen", "Orion", "Delta"]));
    first = false;
  }
}

function copyOf(row: Element, chance: Chance): Element {
  const copy = row.cloneNode(true) as Element;
  for (const element of [copy, ...copy.querySelectorAll("*")]) anotherOf(element, chance);
  rekey(copy, chance);
  return copy;
}

/** Whether the row says what it is about besides its controls: without that no copy of it can be told apart. */
function saysWhat(row: Element): boolean { return textsOf(row).some((node) => !node.parentElement?.closest(CONTROLS)); }

const swap: Mutation = ({ truth, chance }) => {
  const rows = rowOf(truth);
  if (!rows) return false;
  const other = pickOf(chance, rows.peers);
  arrange([rows.row, other], [other, rows.row]);
  return true;
};

const sort: Mutation = ({ truth, chance }) => {
  const rows = rowOf(truth);
  if (!rows) return false;
  const all = [rows.row, ...rows.peers];
  arrange(all, shuffled(chance, all));
  return true;
};

const insert: Mutation = ({ truth, chance }) => {
  const rows = rowOf(truth);
  if (!rows || !saysWhat(rows.row)) return false;
  rows.row.before(copyOf(rows.row, chance));
  return true;
};

const duplicate: Mutation = ({ truth, chance }) => {
  const rows = rowOf(truth);
  if (!rows) return false;
  const copy = rows.row.cloneNode(true) as Element;
  if (chance() < 0.5) rows.row.before(copy); else rows.row.after(copy);
  return true;
};

const remove: Mutation = ({ truth }) => {
  const rows = rowOf(truth);
  rows?.row.remove();
  return rows !== null;
};

/** The row that stands there is about something else: the one that was meant is gone. */
const rekeyed: Mutation = ({ truth, chance }) => {
  const rows = rowOf(truth);
  if (!rows || !saysWhat(rows.row)) return false;
  rows.row.replaceWith(copyOf(rows.row, chance));
  return true;
};

export const ROWS: Record<string, Mutation> = {
  "swap-rows": swap, "sort-rows": sort, "insert-row": insert, "duplicate-row": duplicate, "remove-row": remove, "rekey-row": rekeyed,
};
