// Walking the page as a person sees it: through open shadow roots, and what is visible or can be acted on.
import { labelsOf } from "./labels";
import { once } from "./memo";

export const INTERACTIVE =
  "a[href],area[href],button,input:not([type=hidden]),select,textarea,summary,label,option," +
  "[role],[tabindex],[contenteditable],[onclick],[draggable=true]";
const CONTROL =
  "a[href],area[href],button,input,select,textarea,summary,label,option,[contenteditable='']," +
  "[contenteditable=true],[contenteditable=plaintext-only],[role=button],[role=link],[role=tab],[role=menuitem]," +
  "[role=menuitemcheckbox],[role=menuitemradio],[role=option],[role=checkbox],[role=radio],[role=switch]," +
  "[role=combobox],[role=textbox],[role=searchbox],[role=treeitem],[role=slider],[role=spinbutton],[role=gridcell]";

/** The element's parent in the composed tree: across slots and shadow roots. */
export function parentOf(element: Element): Element | null {
  if (element.assignedSlot) return element.assignedSlot;
  if (element.parentElement) return element.parentElement;
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}

/** Widgets that hold other things to press: the remove button of a chip in a combobox is not the combobox. */
const COMPOSITE = "[role=combobox],[role=textbox],[role=searchbox],[role=treeitem],[role=gridcell],[role=slider]";

/** The control a person means when pressing on `element`: itself, or the nearest one around it. */
export function controlOf(element: Element): Element {
  for (let at: Element | null = element, up = 0; at && up < 8; at = parentOf(at), up++) {
    if (at !== element && at.matches(COMPOSITE) && isPartOf(element, at)) return element;
    if (at.matches(CONTROL)) return at;
    if (at.localName === "body") break;
  }
  return element;
}

function isPartOf(element: Element, widget: Element): boolean {
  const text = (element.textContent ?? "").trim();
  return text !== "" && text !== (widget.textContent ?? "").trim();
}

/** Of the elements that a page has most of, none can have a shadow root (DOM standard, "attach a shadow root"). */
const MAY_HAVE_SHADOW = ":not(a,button,input,select,option,textarea,label,table,thead,tbody,tr,td,th,ul,ol,li,dl,dt,dd,img,i,b,br,script,style,path,g)";

/** All roots of the frame, the document first, then every open shadow root in document order. */
export function rootsOf(document: Document): readonly (Document | ShadowRoot)[] {
  return once("roots", document, () => rootsNow(document));
}

function rootsNow(document: Document): (Document | ShadowRoot)[] {
  const roots: (Document | ShadowRoot)[] = [document];
  for (let i = 0; i < roots.length; i++) {
    for (const element of roots[i]!.querySelectorAll(MAY_HAVE_SHADOW)) if (element.shadowRoot) roots.push(element.shadowRoot);
  }
  return roots;
}

export function all(roots: readonly (Document | ShadowRoot)[], css: string): Element[] {
  const found: Element[] = [];
  for (const root of roots) for (const element of root.querySelectorAll(css)) found.push(element);
  return found;
}

/** Whether the element has a box and is not hidden by style; an option counts with its select. */
export function isVisible(element: Element): boolean {
  return once("visible", element, () => isVisibleNow(element));
}

function isVisibleNow(element: Element): boolean {
  if (element.localName === "option") return isVisible(element.closest("select") ?? document.body);
  const visible = (element as HTMLElement & { checkVisibility?: (o: object) => boolean }).checkVisibility?.({ visibilityProperty: true });
  if (visible === false) return false;
  const box = element.getBoundingClientRect();
  return box.width > 0 && box.height > 0 && !isFolded(element, box);
}

const FIELDS = "input,select,textarea,[contenteditable]";
const NOTHING_PX = 2;

/** Whether it stands in what is folded to nothing, a closed panel or a copy for measuring, so that no press would reach
 *  it. Fields that editors keep so take keys all the same. */
function isFolded(element: Element, box: DOMRect): boolean {
  if (element.matches(FIELDS)) return false;
  for (let at = parentOf(element); at; at = parentOf(at)) {
    const around = at;
    if (once("folds", around, () => folds(around)) && !isHit(element, box.x + box.width / 2, box.y + box.height / 2)) return true;
  }
  return false;
}

const HIDES = /hidden|clip/;

function folds(element: Element): boolean {
  if (!(element instanceof HTMLElement) || (element.offsetWidth > NOTHING_PX && element.offsetHeight > NOTHING_PX)) return false;
  const { overflowX, overflowY, display } = getComputedStyle(element);
  return display !== "contents" && display !== "inline" && HIDES.test(overflowX) && HIDES.test(overflowY);
}

/** Whether a press there would land in the element; out of view that is not known, and taken for granted. */
function isHit(element: Element, x: number, y: number): boolean {
  if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return true;
  const hit = (element.getRootNode() as Document | ShadowRoot).elementFromPoint(x, y);
  return element.contains(hit);
}

/** Whether a person can see the element, or the label that is drawn in place of a checkbox or radio. */
export function isSeen(element: Element): boolean {
  if (isVisible(element)) return true;
  if (!(element instanceof HTMLInputElement) || (element.type !== "checkbox" && element.type !== "radio")) return false;
  return labelsOf(element).some(isVisible);
}
