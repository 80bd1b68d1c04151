// What an element says to a reader, or holds if it is a field. The same code serves demo and replay.
import { linkOf } from "./lists/cells";
import { isSecret } from "./secrets";
import { bounded, fold } from "./text";

const LIMIT = 4000;

export function saidBy(element: Element): { text: string; secret: boolean; href: string } {
  const secret = isSecret(element);
  return { text: secret ? "" : bounded(fold(raw(element)), LIMIT), secret, href: secret ? "" : linkOf(element) };
}

/** Whether it holds a value that may well be empty. */
export function holdsValue(element: Element): boolean {
  return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement;
}

function raw(element: Element): string {
  if (element instanceof HTMLSelectElement) return Array.from(element.selectedOptions, (option) => option.label).join(", ");
  if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) return element.value;
  return element instanceof HTMLElement ? element.innerText : element.textContent ?? "";
}
