// Acting with the keyboard itself: fields made ready to be typed into, and those that no key is needed for.
import { isUsable } from "./reach";
import { keepSecret } from "./secrets";

const TYPED_INTO = new Set(["", "text", "email", "password", "search", "tel", "url"]);
const GIVEN_WHOLE = new Set(["color", "date", "time", "datetime-local", "month", "range", "week"]);
const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")!.set!;

/** The `text` of a secret field is not told: it is typed. */
export interface Field { address: string; text: string; secret: boolean }

/** What is to be done once the page has its own built-ins again: it listens, and its listeners run at once. */
export type Act<T> = () => T;

/** Give the field the focus with all of its text selected, `typed`; or, where it takes none from keys, the text: `given`.
 *  "" where it is no such field, or is not to be used now. */
export function seize(element: Element, field: Field): Act<"typed" | "given" | ""> {
  const no = (): "" => "";
  if (!isUsable(element, field.address)) return no;
  const takes = element instanceof HTMLTextAreaElement || (element instanceof HTMLInputElement && TYPED_INTO.has(element.type));
  if (takes) {
    if (element.readOnly) return no;
    if (field.secret) keepSecret(element);
    return () => {
      element.select();
      element.focus();
      return element.matches(":focus") ? "typed" : "";
    };
  }
  if (field.secret || !(element instanceof HTMLInputElement) || !GIVEN_WHOLE.has(element.type) || element.readOnly) return no;
  return () => (give(element, field) ? "given" : "");
}

function give(element: HTMLInputElement, field: Field): boolean {
  const before = element.value;
  const text = field.text.trim();
  element.focus();
  setValue.call(element, text);
  if (element.value !== (element.type === "color" ? text.toLowerCase() : text)) {
    setValue.call(element, before);
    return false;
  }
  element.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
  element.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

/** Take just the options that are called so; false where one is not there, or could be several. */
export function takeOptions(element: Element, address: string, labels: readonly string[]): Act<boolean> {
  const no = (): boolean => false;
  if (!(element instanceof HTMLSelectElement) || !isUsable(element, address)) return no;
  const options = Array.from(element.options);
  const wanted = labels.map((label) => options.filter((option) => option.label === label));
  if (wanted.some((found) => found.length !== 1 || found[0]!.matches(":disabled")) || (labels.length !== 1 && !element.multiple)) return no;
  for (const option of options) option.selected = wanted.some(([one]) => one === option);
  return () => {
    element.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
    element.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  };
}

/** A focus that is there already is left alone: to set it anew would move the caret. */
export function focusOn(element: Element, address: string): Act<boolean> {
  if (!isUsable(element, address)) return () => false;
  if (element.matches(":focus, :focus-within")) return () => true;
  return () => { (element as HTMLElement).focus(); return true; };
}

/** Say that the field has changed, as it does when it loses the focus. */
export function announce(element: Element): Act<boolean> {
  if (!element.isConnected) return () => false;
  return () => { element.dispatchEvent(new Event("change", { bubbles: true, cancelable: true, composed: true })); return true; };
}
