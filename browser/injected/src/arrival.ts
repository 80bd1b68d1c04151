// Waiting, in the page, for it to come to show what it is expected to: one round trip however long it takes.
import { withOriginals } from "./pristine";
import { sceneOf, type Hashes, type Scene } from "./scene";

/** `same`: one of `wanted` at `level`; `likely`: that, or what appeared and went did so; `any`: something changed;
 *  `told`: each text of `appeared` stands in a fact that the last look did not see. */
export interface Expected {
  mode: "same" | "likely" | "any" | "told"; level: keyof Hashes; wanted: string[]; before: string;
  appeared: string[]; gone: string[]; timeout_ms: number;
}
export interface Arrival { reached: boolean; scene: Hashes; missing: string[]; still: string[]; dated: boolean }

const AGAIN_MS = 40;
const RESTS_MS = 3000;
const later = globalThis.setTimeout;

export function arrival(expected: Expected): Promise<Arrival> {
  const until = performance.now() + expected.timeout_ms;
  let last = "";
  let since = 0;
  return new Promise((done) => {
    const look = (): void => {
      const told = withOriginals(() => compared(expected, sceneOf(document)));
      const now = performance.now();
      if (told.scene.full !== last) { last = told.scene.full; since = now; }
      const rests = expected.mode === "same" && now - since > RESTS_MS;
      if (told.reached || rests || now >= until) done(told);
      else later(look, AGAIN_MS);
    };
    look();
  });
}

let known: ReadonlySet<string> = new Set();

/** What a look saw: what comes after it is new. */
export function remember(facts: readonly string[]): void { known = new Set(facts); }

function compared(expected: Expected, scene: Scene): Arrival {
  return expected.mode === "told" ? retold(expected.appeared, scene) : likened(expected, scene);
}

function retold(texts: readonly string[], scene: Scene): Arrival {
  const fresh = scene.facts.filter((fact) => !known.has(fact));
  const missing = texts.filter((text) => !fresh.some((fact) => fact.includes(text)));
  return { reached: missing.length === 0, scene: hashesOf(scene), missing, still: [], dated: false };
}

function likened({ mode, level, wanted, before, appeared, gone }: Expected, scene: Scene): Arrival {
  const here = new Set(scene.facts.map((fact) => fact.slice(0, 120)));
  const absent = appeared.filter((fact) => !here.has(fact));
  const present = gone.filter((fact) => here.has(fact));
  const [missing, still] = [absent.filter(isLasting), present.filter(isLasting)];
  const dated = absent.length + present.length > missing.length + still.length;
  const same = wanted.includes(scene[level]);
  const mostly = absent.length <= appeared.length / 2;
  const likely = still.length === 0 && (mostly || (dated && missing.length === 0));
  const changed = scene.exact !== before || (appeared.length > 0 && mostly);
  const reached = same || (mode === "likely" && likely) || (mode === "any" && changed);
  return { reached, scene: hashesOf(scene), missing, still, dated };
}

let names: Set<string> | null = null;

/** Numbers, and names of days and months, are others on another day. */
function isLasting(fact: string): boolean {
  names ??= namesOfDates(document.documentElement.lang || navigator.language);
  return !/\d/.test(fact) && !names.has(fact.toLowerCase());
}

function namesOfDates(language: string): Set<string> {
  const found = new Set<string>();
  for (const tongue of [language, "en"]) {
    for (const style of ["long", "short", "narrow"] as const) {
      for (let i = 0; i < 12; i++) add(found, tongue, { month: style }, new Date(2027, i, 1));
      for (let i = 0; i < 7; i++) add(found, tongue, { weekday: style }, new Date(2027, 0, 3 + i));
    }
  }
  return found;
}

function add(to: Set<string>, language: string, style: Intl.DateTimeFormatOptions, date: Date): void {
  try { to.add(new Intl.DateTimeFormat(language, style).format(date).toLowerCase()); } catch { return; } // no such language
}

export function hashesOf({ full, exact, loose }: Scene): Hashes { return { full, exact, loose }; }
