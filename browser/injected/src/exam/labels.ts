// Mutations of what controls are called.
import { INTERACTIVE, all, rootsOf } from "../tree";
import { pickOf, type Mutation, type World } from "./world";

type Change = (text: string) => string;
const NAMING = ["aria-label", "placeholder", "title"];
const BUTTONS = new Set(["submit", "button", "reset"]);

/** Change what an element is called, wherever that stands; false where it is nowhere. */
export function renameIt(element: Element, change: Change): boolean {
  let done = false;
  const alter = (text: string, set: (text: string) => void): void => {
    const next = change(text);
    if (next !== text) { set(next); done = true; }
  };
  for (const named of [element, ...labelsOf(element)]) {
    for (const node of textsOf(named)) alter(node.data, (text) => { node.data = text; });
    for (const name of NAMING) if (named.getAttribute(name)) alter(named.getAttribute(name)!, (text) => { named.setAttribute(name, text); });
  }
  if (element instanceof HTMLInputElement && BUTTONS.has(element.type)) alter(element.value, (text) => { element.setAttribute("value", text); });
  return done;
}

function labelsOf(element: Element): Element[] {
  const root = element.getRootNode() as Document | ShadowRoot;
  const named = (element.getAttribute("aria-labelledby") ?? "").split(/\s+/).flatMap((id) => (id ? root.getElementById(id) ?? [] : []));
  return [...Array.from((element as HTMLInputElement).labels ?? []), ...named];
}

/** The text nodes of an element with words in them, options and what is typed left out. */
export function textsOf(element: Element): Text[] {
  if (element.matches("select,textarea,option")) return [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const found: Text[] = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeValue?.trim() && !node.parentElement?.closest("select,textarea,style,svg")) found.push(node as Text);
  }
  return found;
}

function replaced(text: string, words: Record<string, string>): string {
  return text.replace(/[\p{L}-]+/gu, (word) => words[word.toLowerCase()] ?? word);
}

const relabel: Mutation = ({ truth, words }) => renameIt(truth, (text) => replaced(text, words));
const mark: Mutation = ({ truth, chance }) => renameIt(truth, (text) => text.trimEnd() + pickOf(chance, [":", " *", "…", " →", "\u00a0›"]));
const count: Mutation = ({ truth, chance }) => !isFilled(truth) && renameIt(truth, (text) => `${text.trimEnd()} (${1 + Math.floor(chance() * 90)})`);

function isFilled(element: Element): boolean { return element.matches("input:not([type=submit],[type=button],[type=reset]),select,textarea"); }

const changeCase: Mutation = ({ truth, chance }) => {
  const how = pickOf<Change>(chance, [(text) => text.toUpperCase(), (text) => text.toLowerCase()]);
  for (const element of all(rootsOf(document), `${INTERACTIVE},h1,h2,h3,legend`)) if (!element.contains(truth) || element === truth) renameIt(element, how);
  return true;
};

const headings: Mutation = ({ chance }) => {
  const found = all(rootsOf(document), "h1,h2,h3,h4,legend,[role=heading]").filter((heading) => heading.textContent?.trim());
  const before = pickOf(chance, ["All ", "Your ", "Manage "]);
  for (const heading of found) textsOf(heading)[0]!.data = before + (heading.textContent ?? "").trim().toLowerCase();
  return found.length > 0;
};

/** An activator keeps only an icon, a field only its aria-label: the name is the same. */
const toAria: Mutation = ({ truth }) => {
  const labels = labelsOf(truth).filter((label) => !label.contains(truth));
  const text = (isFilled(truth) ? labels[0]?.textContent : truth.textContent)?.trim();
  if (!text || truth.getAttribute("aria-label")) return false;
  truth.setAttribute("aria-label", text.replace(/\s+/g, " "));
  truth.removeAttribute("aria-labelledby");
  if (isFilled(truth)) for (const label of labels) label.remove();
  else truth.replaceChildren(iconOf());
  return true;
};

const icon: Mutation = ({ truth }) => {
  if (truth.matches("input,select,textarea")) return false;
  truth.prepend(iconOf());
  return true;
};

function iconOf(): Element {
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of [["width", "16"], ["height", "16"], ["viewBox", "0 0 16 16"], ["aria-hidden", "true"]]) drawn.setAttribute(name!, value!);
  drawn.innerHTML = '<path d="M2 8h12M8 2v12"/>';
  return drawn;
}

/** Something else stands in its place, of the same make. */
export const replace: Mutation = (world: World) => {
  const { truth, other } = world;
  if (!truth.parentElement || truth.matches("option,td,th,tr,li,body")) return false;
  const stand = truth.cloneNode(true) as Element;
  for (const name of ["id", "name", "href", "value", "data-testid", "data-test", "data-cy", "aria-label", "title"]) stand.removeAttribute(name);
  if (truth instanceof HTMLAnchorElement) stand.setAttribute("href", `/${other.toLowerCase().replace(/\W+/g, "-")}`);
  const labels = labelsOf(truth);
  truth.replaceWith(stand);
  if (isFilled(truth)) {
    for (const label of labels) { label.removeAttribute("for"); label.removeAttribute("id"); setText(label, other); }
    stand.setAttribute("aria-label", other);
  } else if (stand instanceof HTMLInputElement) stand.setAttribute("value", other);
  else setText(stand, other);
  return true;
};

/** Its picture goes too: with that it could be the same control, which says now what it is. */
function setText(element: Element, text: string): void {
  const [first, ...rest] = textsOf(element);
  for (const picture of element.querySelectorAll("svg,img,i:empty,span:empty")) picture.remove();
  if (first) first.data = text; else element.append(text);
  for (const node of rest) node.data = "";
}

export const LABELS: Record<string, Mutation> = { relabel, mark, count, case: changeCase, headings, "to-aria": toAria, icon, replace };
