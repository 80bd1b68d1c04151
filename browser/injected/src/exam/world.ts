// The frozen page that a mutation changes: the target, which no locator is told of, and chance from a seed.

export type Chance = () => number;

/** What a mutation works on. `truth` is the target; a mutation that puts another element in its place says so here. */
export interface World { truth: Element; chance: Chance; words: Record<string, string>; other: string }

/** A mutation tells whether it could be done on this page. */
export type Mutation = (world: World) => boolean;

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function pickOf<T>(chance: Chance, among: readonly T[]): T { return among[Math.floor(chance() * among.length)]!; }

/** In another order, where there are at least two. */
export function shuffled<T>(chance: Chance, among: readonly T[]): T[] {
  const rest = [...among];
  for (let i = rest.length - 1; i > 0; i--) {
    const j = Math.floor(chance() * (i + 1));
    [rest[i], rest[j]] = [rest[j]!, rest[i]!];
  }
  return rest.every((item, n) => item === among[n]) ? [...rest.slice(1), ...rest.slice(0, 1)] : rest;
}

export function wordOf(chance: Chance): string {
  return Array.from({ length: 6 }, () => pickOf(chance, [..."bcdfghjklmnpqrstvwz"])).join("");
}

/** The element under another tag, with its attributes and what stands in it; the truth is followed. */
export function retagged(world: World, element: Element, tag: string): Element {
  const other = document.createElement(tag);
  for (const { name, value } of element.attributes) other.setAttribute(name, value);
  other.append(...element.childNodes);
  element.replaceWith(other);
  if (world.truth === element) world.truth = other;
  return other;
}

/** The element, and the wrappers and the label that hold nothing else, taken out. */
export function takeOut(element: Element): void {
  for (const label of Array.from((element as HTMLInputElement).labels ?? [])) if (!label.contains(element)) label.remove();
  let out = element;
  const says = (node: Element): string => (node.textContent ?? "").trim();
  for (let up = out.parentElement; up && up !== document.body; out = up, up = up.parentElement) {
    if (up.children.length !== 1 || says(up) !== says(out)) break;
  }
  out.remove();
}
