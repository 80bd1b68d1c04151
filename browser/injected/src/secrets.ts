// Which fields hold secrets: passwords, one-time codes, cards, and those a person marked.
import { labelsOf } from "./labels";
import { remembering } from "./memo";

const known = new WeakSet<Element>();
const Weak = WeakRef;
const kept = new Set<WeakRef<Element>>(); // the same, to go through them
const MAY_BE = ":is(input,textarea):is([type=password],[autocomplete])";
let marked: string[] = [];

/** Fields whose label, name or id equals one of these (case ignored) are secrets too. */
export function markSecrets(names: readonly string[]): void {
  marked = names.map((name) => name.trim().toLowerCase());
}

/** Once a secret, always a secret: a "show password" button that changes the type changes nothing here. */
export function isSecret(element: Element): boolean {
  if (known.has(element)) return true;
  if (!looksSecret(element)) return false;
  keepSecret(element);
  return true;
}

export function keepSecret(element: Element): void {
  if (known.has(element)) return;
  known.add(element);
  kept.add(new Weak(element));
}

function looksSecret(element: Element): boolean {
  if (element.localName !== "input" && element.localName !== "textarea") return false;
  const field = element as HTMLInputElement;
  if (field.type === "password") return true;
  const hints = (field.getAttribute("autocomplete") ?? "").toLowerCase().split(/\s+/);
  if (hints.some((hint) => hint === "one-time-code" || hint.endsWith("-password") || hint.startsWith("cc-"))) return true;
  return marked.length > 0 && namesOf(field).some((name) => marked.includes(name));
}

function namesOf(field: HTMLInputElement): string[] {
  const labels = labelsOf(field).map((label) => (label.textContent ?? "").trim());
  return [field.name, field.id, field.placeholder, field.getAttribute("aria-label") ?? "", ...labels].map((name) => name.toLowerCase());
}

/** All secret fields of these roots; their boxes are painted over in every picture. */
export function secretFields(roots: readonly (Document | ShadowRoot)[]): Element[] {
  return remembering(() => {
    const found = new Set(roots.flatMap((root) => Array.from(root.querySelectorAll(marked.length ? "input,textarea" : MAY_BE)).filter(isSecret)));
    for (const one of kept) {
      const element = one.deref();
      if (element?.isConnected && roots.includes(element.getRootNode() as Document | ShadowRoot)) found.add(element);
    }
    return [...found];
  });
}

/** Whether the field shows what it holds; a password field shows dots. */
export function showsItself(field: Element): boolean {
  if (field instanceof HTMLInputElement && field.type === "password") return false;
  return Boolean((field as HTMLInputElement).value ?? field.textContent);
}

/** Whether the field holds nothing, and would show dots alone if it did. */
export function isBlank(field: Element): boolean {
  return field instanceof HTMLInputElement && field.type === "password" && field.value === "";
}
