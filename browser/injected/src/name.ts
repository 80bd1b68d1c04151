// One accessible name from every source a person could read it from, most telling first.
import { labelsOf } from "./labels";
import { columnOf } from "./rows";
import { bounded, fold, textOf } from "./text";

const LIMIT = 120;
const FIELDS = new Set(["input", "select", "textarea", "meter", "progress", "output"]);
const BUTTON_TYPES = new Set(["button", "submit", "reset"]);

export function isField(element: Element): boolean {
  return FIELDS.has(element.localName);
}

/** The text of the form label(s), without the value of the field itself; "" where there is none. */
export function labelOf(element: Element): string {
  const labels = labelsOf(element);
  if (labels.length) return bounded(fold(labels.map((label) => textOf(label, LIMIT)).join(" ")), LIMIT);
  return referred(element, "aria-labelledby");
}

export function nameOf(element: Element): string {
  const referredName = referred(element, "aria-labelledby");
  if (referredName) return referredName;
  const given = fold(element.getAttribute("aria-label"));
  if (given) return bounded(given, LIMIT);
  const native = isField(element) ? fieldName(element as HTMLInputElement) : contentName(element);
  return native || bounded(fold(element.getAttribute("title")), LIMIT) || placeholderName(element) || (isField(element) ? columnOf(element) : "");
}

function fieldName(field: HTMLInputElement): string {
  if (field.localName === "input" && BUTTON_TYPES.has(field.type)) {
    return fold(field.value) || (field.type === "submit" ? "Submit" : field.type === "reset" ? "Reset" : "");
  }
  if (field.localName === "input" && field.type === "image") return fold(field.alt);
  return labelOf(field);
}

function contentName(element: Element): string {
  if (element.localName === "img" || element.localName === "area") return fold(element.getAttribute("alt"));
  if (element.localName === "fieldset") return childText(element, "legend");
  if (element.localName === "table") return childText(element, "caption");
  const text = textOf(element, LIMIT);
  if (text) return text;
  const picture = element.querySelector("img[alt],svg title,[aria-label]");
  if (!picture) return "";
  return bounded(fold(picture.getAttribute("alt") ?? picture.getAttribute("aria-label") ?? picture.textContent), LIMIT);
}

function placeholderName(element: Element): string {
  return bounded(fold(element.getAttribute("placeholder") ?? element.getAttribute("aria-placeholder")), LIMIT);
}

function childText(element: Element, selector: string): string {
  const child = element.querySelector(`:scope > ${selector}`);
  return child ? textOf(child, LIMIT) : "";
}

function referred(element: Element, attribute: string): string {
  const ids = element.getAttribute(attribute);
  if (!ids) return "";
  const root = element.getRootNode() as Document | ShadowRoot;
  const texts = ids.split(/\s+/).map((id) => {
    const found = id ? root.getElementById(id) : null;
    return found ? textOf(found, LIMIT) : "";
  });
  return bounded(fold(texts.join(" ")), LIMIT);
}
