// The constructors as they were before the page's own scripts, put by the build in place of the globals of their names.
const world = globalThis;
export const { Map, Set, WeakMap, WeakSet, Promise, Array, Object, JSON, Math, Number, String, RegExp, Reflect, Error } = world;
