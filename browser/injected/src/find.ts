// What each recorded selector finds in this frame: facts only, the deciding is done in Python.
import { fold } from "./text";
import { nameOf, labelOf, isField } from "./name";
import { roleOf } from "./role";
import { standsBeside } from "./rows";
import { INTERACTIVE, all, isVisible } from "./tree";

export interface Selector { kind: string; value?: string; attribute?: string; role?: string; name?: string }
type Roots = readonly (Document | ShadowRoot)[];
const LIMIT = 40;

type May = (element: Element) => boolean;

/** Of what tells the element by its words, that in the row that says `key`, where there is any. */
export function find(roots: Roots, selector: Selector, key = ""): Element[] {
  const inRow = key ? findThose(roots, selector, (element) => standsBeside(element, key)) : [];
  return inRow.length ? inRow : findThose(roots, selector, () => true);
}

function findThose(roots: Roots, selector: Selector, may: May): Element[] {
  const value = selector.value ?? "";
  switch (selector.kind) {
    case "test_id": return all(roots, `[${selector.attribute}="${CSS.escape(value)}"]`).filter(may).slice(0, LIMIT);
    case "role": return byRole(roots, selector.role ?? "", selector.name ?? "", may);
    case "label": return byLabel(roots, value, may);
    case "placeholder": return all(roots, "[placeholder]").filter((e) => fold(e.getAttribute("placeholder")) === value && may(e)).slice(0, LIMIT);
    case "text": return byText(roots, value, may);
    case "css": return byCss(value);
    case "xpath": return byXPath(value);
    default: return [];
  }
}

const BUTTONS = "input:is([type=submit],[type=button],[type=reset],[type=image],[type=file],[type=color])";
const TAGS_OF_ROLE: Record<string, string> = {
  link: "a[href],area[href],[role=link]", button: `button,summary,${BUTTONS},[role=button]`,
  textbox: "input,textarea,[contenteditable],[role=textbox]", checkbox: "input[type=checkbox],[role=checkbox]",
  radio: "input[type=radio],[role=radio]", combobox: "select,input[list],[role=combobox]", option: "option,[role=option]",
};

function byRole(roots: Roots, role: string, name: string, may: May): Element[] {
  const found: Element[] = [];
  for (const element of all(roots, TAGS_OF_ROLE[role] ?? `${INTERACTIVE},li,td,th,tr,h1,h2,h3,h4,img,p`)) {
    if (!mayBeNamed(element, name) || !may(element) || roleOf(element) !== role || nameOf(element) !== name) continue;
    if (isVisible(element) && found.push(element) >= LIMIT) break;
  }
  return found;
}

/** A cheap look before the full name is worked out: its first word must be in some text of the element. */
function mayBeNamed(element: Element, name: string): boolean {
  if (isField(element) || element.hasAttribute("aria-labelledby")) return true;
  const word = name.split(" ", 1)[0]!.replace("…", "");
  if ((element.textContent ?? "").includes(word)) return true;
  return element.hasAttribute("aria-label") || element.hasAttribute("title") || element.hasAttribute("alt") || element.hasAttribute("placeholder") || element.childElementCount > 0;
}

function byLabel(roots: Roots, value: string, may: May): Element[] {
  return all(roots, "input:not([type=hidden]),select,textarea").filter((e) => may(e) && labelOf(e) === value).slice(0, LIMIT);
}

/** The innermost elements whose whole text is `value`; reached from their text nodes, so no large text is put together. */
function byText(roots: Roots, value: string, may: May): Element[] {
  const found = new Set<Element>();
  const first = value.split(" ", 1)[0]!;
  for (const root of roots) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node && found.size < LIMIT; node = walker.nextNode()) {
      if (!(node.nodeValue ?? "").includes(first) || !node.parentElement || !may(node.parentElement)) continue;
      const element = wholeText(node.parentElement, value);
      if (element && isVisible(element)) found.add(element);
    }
  }
  return [...found];
}

function wholeText(from: Element | null, value: string): Element | null {
  for (let at = from, up = 0; at && up < 4; at = at.parentElement, up++) {
    const text = at.textContent ?? "";
    if (text.length > value.length * 2 + 200) return null;
    if (fold(text) === value) return at;
  }
  return null;
}

export function byCss(path: string): Element[] {
  let roots: (Document | ShadowRoot)[] = [document];
  const parts = path.split(" >>> ");
  for (const [i, part] of parts.entries()) {
    const found = roots.flatMap((root) => query(root, part));
    if (i === parts.length - 1) return found.slice(0, LIMIT);
    roots = found.flatMap((element) => (element.shadowRoot ? [element.shadowRoot] : []));
  }
  return [];
}

function query(root: Document | ShadowRoot, css: string): Element[] {
  try { return Array.from(root.querySelectorAll(css)); } catch { return []; }
}

export function byXPath(path: string): Element[] {
  try {
    const result = document.evaluate(path, document, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE, null);
    const found: Element[] = [];
    for (let i = 0; i < Math.min(result.snapshotLength, LIMIT); i++) {
      const node = result.snapshotItem(i);
      if (node instanceof Element) found.push(node);
    }
    return found;
  } catch { return []; }
}
