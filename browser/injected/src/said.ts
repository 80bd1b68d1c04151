// What an element says to a reader, or holds if it is a field. The same code serves demo and replay.
import { isSecret } from "./secrets";
import { bounded, fold } from "./text";

const LIMIT = 4000;

export function saidBy(element: Element): { text: string; secret: boolean } {
  const secret = isSecret(element);
  return { text: secret ? "" : bounded(fold(raw(element)), LIMIT), secret };
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
