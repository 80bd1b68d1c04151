// Editors: where keys are more than the text that comes of them, and what gets in without keys (a paste, an IME).
import { deliver } from "./deliver";
import { isEditingHost } from "./role";

function origin(event: Event): Element | null {
  const first = event.composedPath()[0];
  return first instanceof Element ? first : null;
}

/** Whether keys pressed here must be pressed again: rich text, and the hidden fields through which editors hear keys. */
export function typesRich(element: Element): boolean {
  if ((element as { editContext?: unknown }).editContext) return true; // drawn by the page itself, as in Monaco
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

let composed: { element: Element; text: string } | null = null;

/** What an input method has made of the word so far; told by events that only a person's input brings about. */
export function onRichInput(event: InputEvent): void {
  const element = origin(event);
  if (event.inputType !== "insertCompositionText" || !element || !typesRich(element)) return;
  composed = { element, text: event.data ?? "" };
}

/** An input method ended a word: its text came without keys that could be pressed again. The end itself may not be
 *  marked as trusted (Chromium's own insertText), what was composed is. */
export function onComposed(): void {
  if (composed?.text) deliver("inserted", { at: Date.now(), text: composed.text });
  composed = null;
}

export function onPaste(event: ClipboardEvent, refOf: (element: Element) => number): void {
  const element = origin(event);
  if (!element) return;
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (typesRich(element)) { deliver("inserted", { at: Date.now(), text }); return; }
  // Whether the page takes what is pasted for itself is known when its own listeners are done.
  setTimeout(() => { if (event.defaultPrevented) deliver("inserted", { at: Date.now(), ref: refOf(element), text: "", taken: true }); }, 0);
}
