// Waiting, in the page, for it to come to show what it is expected to: one round trip however long it takes.
import { withOriginals } from "./pristine";
import { sceneOf, type Hashes, type Scene } from "./scene";

/** `same`: one of `wanted` at `level`; `likely`: that, or what appeared and went did so; `any`: something changed. */
export interface Expected {
  mode: "same" | "likely" | "any"; level: keyof Hashes; wanted: string[]; before: string;
  appeared: string[]; gone: string[]; timeout_ms: number;
}
export interface Arrival { reached: boolean; scene: Hashes; missing: string[]; still: string[] }

const AGAIN_MS = 40;
const later = globalThis.setTimeout;

export function arrival(expected: Expected): Promise<Arrival> {
  const until = performance.now() + expected.timeout_ms;
  return new Promise((done) => {
    const look = (): void => {
      const told = withOriginals(() => compared(expected, sceneOf(document)));
      if (told.reached || performance.now() >= until) done(told);
      else later(look, AGAIN_MS);
    };
    look();
  });
}

function compared({ mode, level, wanted, before, appeared, gone }: Expected, scene: Scene): Arrival {
  const here = new Set(scene.facts.map((fact) => fact.slice(0, 120)));
  const missing = appeared.filter((fact) => !here.has(fact));
  const still = gone.filter((fact) => here.has(fact));
  const same = wanted.includes(scene[level]);
  const likely = still.length === 0 && missing.length <= appeared.length / 2;
  const changed = scene.exact !== before || (appeared.length > 0 && missing.length <= appeared.length / 2);
  const reached = same || (mode === "likely" && likely) || (mode === "any" && changed);
  return { reached, scene: hashesOf(scene), missing, still };
}

export function hashesOf({ full, exact, loose }: Scene): Hashes { return { full, exact, loose }; }
