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
type Original = [Owner, PropertyKey, PropertyDescriptor];
const functions: Original[] = [];
const accessors: Original[] = [];
for (const owner of OWNERS) {
  for (const key of ownKeys(owner)) {
    // No answer depends on who listens to an event.
    if (key === "constructor" || (typeof key === "string" && key[0] === "o" && key[1] === "n")) continue;
    const descriptor = getOwnPropertyDescriptor(owner, key);
    if (!descriptor?.configurable) continue;
    if (typeof descriptor.value === "function") functions.push([owner, key, descriptor]);
    else if (descriptor.get) accessors.push([owner, key, descriptor]);
  }
}

/** Run `work` with the original built-ins, whatever the page has made of them. */
export function withOriginals<T>(work: () => T): T {
  let changed: [Owner, PropertyKey, PropertyDescriptor | undefined][] | null = null;
  const putBack = ([owner, key, original]: Original, now: PropertyDescriptor | undefined): void => {
    changed ??= [];
    changed[changed.length] = [owner, key, now];
    defineProperty(owner, key, original);
  };
  try {
    for (let i = 0; i < functions.length; i++) {
      const [owner, key, original] = functions[i]!; // to read it costs a tenth of asking for its descriptor
      if (owner[key] !== original.value) putBack(functions[i]!, getOwnPropertyDescriptor(owner, key));
    }
    for (let i = 0; i < accessors.length; i++) {
      const now = getOwnPropertyDescriptor(accessors[i]![0], accessors[i]![1]);
      if (now?.get !== accessors[i]![2].get) putBack(accessors[i]!, now);
    }
    for (const owner of WRITTEN_AS_TEXT) {
      const added = getOwnPropertyDescriptor(owner, "toJSON"); // Prototype.js writes arrays in a way of its own
      if (!added?.configurable) continue;
      changed ??= [];
      changed[changed.length] = [owner, "toJSON", added];
      deleteProperty(owner, "toJSON");
    }
    return work();
  } finally {
    for (let i = 0; changed && i < changed.length; i++) {
      const [owner, key, theirs] = changed[i]!;
      if (theirs) defineProperty(owner, key, theirs);
    }
  }
}
