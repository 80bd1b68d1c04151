// Hands events to the recorder, with every secret value that was typed here taken out: at once, but for the keys in
// the middle of fast typing, which go with the value they make: each message costs the page more than a key does.

type Send = (payload: string) => void;
const world = globalThis as unknown as { __showonce_send: Send; __showonce_config?: { tries?: boolean; token?: string } };
const send = world.__showonce_send;
export const documentId = Math.random().toString(36).slice(2, 12);
const secretValues = new Map<number, string>();
const TOGETHER_MS = 40;
let held: string[] = [];
let heldSince = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** A secret field came to hold this; it will be replaced in everything that is sent from now on. */
export function learnSecret(ref: number, value: string): void {
  if (value.length >= 3) secretValues.set(ref, value);
}

/** To the recorder's memory only, where it tries its recording itself (not through the extension): never among the events. */
export function deliverSecret(ref: number, value: string): void {
  if (!world.__showonce_config?.tries) return;
  hold(JSON.stringify({ kind: "secret", doc: documentId, url: "", ref, value }));
}

export function deliver(kind: string, fields: object): void {
  hold(textOf(kind, fields));
  flush();
}

/** With those that come in the next moment, in order; nothing that comes later is told before it. */
export function deliverSoon(kind: string, fields: object): void { hold(textOf(kind, fields)); }

/** Tell what is held, one event a line; before them the token of the recording that is on, where it gave one. */
export function flush(): void {
  clearTimeout(timer);
  const token = world.__showonce_config?.token;
  if (held.length) send((token ? [token, ...held] : held).join("\n"));
  held = [];
}

function hold(text: string): void {
  const now = performance.now();
  if (!held.length) { heldSince = now; timer = setTimeout(flush, TOGETHER_MS); }
  held.push(text);
  if (now - heldSince > TOGETHER_MS) flush();
}

function textOf(kind: string, fields: object): string {
  let text = JSON.stringify({ kind, doc: documentId, url: location.href, frame: hops(), ...fields });
  for (const value of secretValues.values()) {
    text = text.replaceAll(JSON.stringify(value).slice(1, -1), "•••").replaceAll(encodeURIComponent(value), "•••");
  }
  return text;
}

interface Hop { index: number; name: string; url: string }

/** The way from the top window to this frame. Indexing works across origins; names and addresses may not. */
function hops(): Hop[] {
  const path: Hop[] = [];
  for (let at: Window = window; at !== at.parent; at = at.parent) {
    let index = 0;
    while (index < at.parent.length && at.parent[index] !== at) index++;
    path.unshift({ index, ...identity(at) });
  }
  return path;
}

function identity(frame: Window): { name: string; url: string } {
  try { return { name: frame.name, url: frame.location.href }; } catch { return { name: "", url: "" }; }
}
