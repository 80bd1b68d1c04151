// The built-ins as they were before the page's own scripts. Old libraries overwrite them; a question to the page is
// answered with the originals in place, and the page's own are put back before anything else can run.

type Owner = Record<PropertyKey, unknown>;
const OWNERS = [
  Array, Array.prototype, String.prototype, Object, JSON, Math, Reflect, Map.prototype, Set.prototype, WeakMap.prototype,
  WeakSet.prototype, RegExp.prototype, Function.prototype, Node.prototype, Element.prototype, HTMLElement.prototype,
  Document.prototype, DocumentFragment.prototype, CSS,
] as unknown as Owner[];

const WRITTEN_AS_TEXT = [Array.prototype, Object.prototype, String.prototype, Number.prototype, Boolean.prototype] as unknown as Owner[];
const { ownKeys, getOwnPropertyDescriptor, defineProperty, deleteProperty } = Reflect;
const originals: [Owner, PropertyKey, PropertyDescriptor][] = [];
for (const owner of OWNERS) {
  for (const key of ownKeys(owner)) {
    const descriptor = getOwnPropertyDescriptor(owner, key);
    if (descriptor && descriptor.configurable && (typeof descriptor.value === "function" || descriptor.get) && key !== "constructor") originals.push([owner, key, descriptor]);
  }
}

/** Run `work` with the original built-ins, whatever the page has made of them. */
export function withOriginals<T>(work: () => T): T {
  let changed: [Owner, PropertyKey, PropertyDescriptor | undefined][] | null = null;
  for (let i = 0; i < originals.length; i++) {
    const [owner, key, original] = originals[i]!;
    const now = getOwnPropertyDescriptor(owner, key);
    if (now?.value === original.value && now?.get === original.get) continue;
    changed ??= [];
    changed[changed.length] = [owner, key, now];
    defineProperty(owner, key, original);
  }
  for (const owner of WRITTEN_AS_TEXT) {
    const added = getOwnPropertyDescriptor(owner, "toJSON"); // Prototype.js writes arrays in a way of its own
    if (!added?.configurable) continue;
    changed ??= [];
    changed[changed.length] = [owner, "toJSON", added];
    deleteProperty(owner, "toJSON");
  }
  try {
    return work();
  } finally {
    for (let i = 0; changed && i < changed.length; i++) {
      const [owner, key, theirs] = changed[i]!;
      if (theirs) defineProperty(owner, key, theirs);
    }
  }
}
