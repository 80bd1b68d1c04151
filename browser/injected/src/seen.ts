// What the page showed last, kept ready for the next gesture: seen anew only where it changed.
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

/** The scene just before a gesture: only its hashes where it was told already. However dear, it is looked at: by it a
 *  choice is known, which must not hang on how busy the machine is; the 4,000 elements of a scene took 15 to 25 ms.
 *  `looked`: at a key, what the pointer's place shows by style sheet alone is seen too; at a press it is of what is pressed. */
export function sceneBefore(looked = false): Told {
  if (looked && movedOn()) stale = true;
  return told(look());
}

/** The same before what comes many times a second: null where it is not known, and dear to look at. */
export function sceneIfCheap(): Told | null {
  return stale && cost > DEAR_MS ? null : told(look());
}

/** The scene of the page at rest; null where it is the same as before. */
export function sceneStill(): Told | null {
  stale = true; // what a style sheet shows or a script sets without an event is no change that could be heard
  const seen = look();
  return seen.fresh ? told(seen) : null;
}

interface Seen { scene: Scene; fresh: boolean }

function told({ scene, fresh }: Seen): Told {
  const { full, exact, loose } = scene;
  return { ...(fresh ? scene : { full, exact, loose }), moved_on: movedOn() };
}

function look(): Seen {
  if (!stale && last) return { scene: last, fresh: false };
  const began = performance.now();
  const scene = sceneOf(document);
  const before = took;
  took = performance.now() - began;
  cost = Math.min(before, took);
  stale = false;
  const fresh = last?.full !== scene.full;
  last = scene;
  return { scene, fresh };
}
