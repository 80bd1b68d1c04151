// Editors: where keys are more than the text that comes of them, and what gets in without keys (a paste, an IME).
import { deliver } from "./deliver";
import { isEditingHost } from "./role";

function origin(event: Event): Element | null {
  const first = event.composedPath()[0];
  return first instanceof Element ? first : null;
}

/** Whether keys pressed here must be pressed again: rich text, and the hidden fields through which editors hear keys. */
export function typesRich(element: Element): boolean {
  return isProxy(element) || isEditingHost(element) || element.closest("[contenteditable]:not([contenteditable=false])") !== null;
}

/** A field too small or too faint to be meant for reading: an editor hears keys through it (CodeMirror, Monaco, xterm). */
export function isProxy(element: Element): boolean {
  if (!(element instanceof HTMLTextAreaElement) && !(element instanceof HTMLInputElement && element.type === "text")) return false;
  const box = element.getBoundingClientRect();
  return box.width < 4 || box.height < 4 || getComputedStyle(element).opacity === "0" || holder(element.parentElement);
}

function holder(parent: Element | null): boolean {
  if (!parent) return false;
  const box = parent.getBoundingClientRect();
  return (box.width < 4 || box.height < 4) && getComputedStyle(parent).overflow === "hidden";
}

/** An input method ended a word: its text came without keys that could be pressed again. */
export function onComposed(event: CompositionEvent): void {
  const element = origin(event);
  if (element && typesRich(element) && event.data) deliver("inserted", { at: Date.now(), text: event.data });
}

export function onPaste(event: ClipboardEvent): void {
  const element = origin(event);
  if (element && typesRich(element)) deliver("inserted", { at: Date.now(), text: event.clipboardData?.getData("text/plain") ?? "" });
}
