// What the page showed last, kept ready for the next gesture: seen anew only where it changed, and where that is cheap.
import { movedOn } from "./hover";
import { sceneOf, type Hashes, type Scene } from "./scene";

const DEAR_MS = 8;
const STILL_MS = 200;
const LONGEST_MS = 1500;
let last: Scene | null = null;
let stale = true;
let cost = 0; // of the cheaper of the last two looks: one slow look is a busy machine's
let took = Infinity;
let changedAt = performance.now();

/** Something in the page changed. */
export function changed(): void { stale = true; changedAt = performance.now(); }

/** When the page has been still for a moment; a page that never is, is not waited for. */
export function atRest(): Promise<void> {
  const began = performance.now();
  return new Promise((done) => {
    const look = (): void => {
      const now = performance.now();
      if (now - changedAt > STILL_MS || now - began > LONGEST_MS) done();
      else setTimeout(look, 30);
    };
    look();
  });
}

type Told = (Scene | Hashes) & { moved_on: boolean };

/** The scene just before a gesture: only its hashes where it was told already, null where it is not known. `looked`: at
 *  a key, what the pointer's place shows by style sheet alone is seen too; at a press it is of what is pressed. */
export function sceneBefore(looked = false): Told | null {
  if (looked && movedOn()) stale = true;
  const fresh = cost <= DEAR_MS ? look() : null;
  if (fresh) return { ...fresh, moved_on: movedOn() };
  return stale || !last ? null : { full: last.full, exact: last.exact, loose: last.loose, moved_on: movedOn() };
}

/** The scene of the page at rest; null where it is the same as before. */
export function sceneStill(): Told | null {
  stale = true; // what a style sheet shows or a script sets without an event is no change that could be heard
  const seen = look();
  return seen && { ...seen, moved_on: movedOn() };
}

function look(): Scene | null {
  if (!stale) return null;
  const began = performance.now();
  const scene = sceneOf(document);
  const before = took;
  took = performance.now() - began;
  cost = Math.min(before, took);
  stale = false;
  const same = last?.full === scene.full;
  last = scene;
  return same ? null : scene;
}
