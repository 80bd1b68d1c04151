// Gestures that were made in this document and never came to our listeners: those of before we were there, and those
// that a page kept to itself because its listeners were there first. The browser counts all that it hands to a page.
import { deliver } from "./deliver";

const COUNTED = ["pointerdown", "keydown", "input"] as const;
type Counted = typeof COUNTED[number];
const heard: Record<Counted, number> = { pointerdown: 0, keydown: 0, input: 0 };
const told: Record<Counted, number> = { pointerdown: 0, keydown: 0, input: 0 };

function count(event: Event): void {
  if (event.isTrusted) heard[event.type as Counted]++;
}

/** Has to be the first to listen: picking keeps presses from the others. */
export function countHeard(): void {
  for (const type of COUNTED) window.addEventListener(type, count, { capture: true, passive: true });
}

/** What was done in a document before anything listened is nobody's, unless it came while the person showed something.
 *  `since`: when that began, in milliseconds since the epoch; null where it is not known. */
export function beginCounting(since: number | null): void {
  if (since !== null && performance.timeOrigin >= since) return;
  for (const type of COUNTED) told[type] = dispatched(type);
}

/** Says how many more presses and keys were not heard; what came in without keys counts where no key is missing. */
export function tellUnheard(): void {
  const missing = COUNTED.map((type) => {
    const lost = dispatched(type) - heard[type] - told[type];
    told[type] += Math.max(0, lost);
    return Math.max(0, lost);
  });
  const [presses = 0, keys = 0, inputs = 0] = missing;
  const lost = presses + (keys || inputs);
  if (lost > 0) deliver("limit", { at: Date.now(), what: "unheard", detail: String(lost) });
}

function dispatched(type: Counted): number {
  return (performance as unknown as { eventCounts?: Map<string, number> }).eventCounts?.get(type) ?? 0;
}
