// The rules of a page's style sheets: what its markup needs besides to be drawn as it was. Each is told once.

const LIMIT = 300_000;
const LIMIT_OF_ALL = 600_000;
const MARK = "data-showonce-sheet";
const known = new WeakMap<CSSStyleSheet, { rules: number; key: string }>();
const told = new Set<string>();
let fresh: Record<string, string> = {};
let written = 0;

/** What of the sheets was first met since this was last asked, by the keys that stand in the markup. */
export function freshSheets(): Record<string, string> {
  const found = fresh;
  fresh = {};
  return found;
}

/** A `<style>` that stands for the sheet of a link, for rules that a script put into an empty `<style>`, or for an adopted
 *  sheet; "" where its rules may not be read (another site's), or say nothing. */
export function standInFor(sheet: CSSStyleSheet | null): string {
  const key = sheet && !sheet.disabled ? keyOf(sheet) : "";
  return key ? `<style ${MARK}="${key}"${mediaOf(sheet!)}></style>` : "";
}

function keyOf(sheet: CSSStyleSheet): string {
  let rules: CSSRuleList;
  try { rules = sheet.cssRules; } catch { return ""; }
  const before = known.get(sheet);
  if (before?.rules === rules.length) return before.key;
  const key = rules.length ? keyOfText(textOf(rules)) : "";
  known.set(sheet, { rules: rules.length, key });
  return key;
}

function keyOfText(text: string): string {
  if (!text) return "";
  const key = hashOf(text);
  if (told.has(key)) return key;
  if (written + text.length > LIMIT_OF_ALL) return ""; // a page that makes sheets without end is drawn without the last
  written += text.length;
  told.add(key);
  fresh[key] = text;
  return key;
}

/** The rules in order, cut at `LIMIT` characters between two; what they import from elsewhere is not kept. */
function textOf(rules: CSSRuleList): string {
  const parts: string[] = [];
  let length = 0;
  for (const rule of rules) {
    if (rule instanceof CSSImportRule || rule instanceof CSSFontFaceRule) continue;
    const text = rule.cssText.replaceAll("</style", "<\\/style");
    length += text.length;
    if (length > LIMIT) break;
    parts.push(text);
  }
  return parts.join("\n");
}

function mediaOf(sheet: CSSStyleSheet): string {
  const media = sheet.media.mediaText.replaceAll('"', "");
  return media ? ` media="${media}"` : "";
}

function hashOf(text: string): string {
  let one = 0x811c9dc5;
  let two = 0x1234567;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    one = Math.imul(one ^ code, 0x01000193);
    two = Math.imul(two ^ code, 0x85ebca6b);
  }
  return (one >>> 0).toString(16).padStart(8, "0") + (two >>> 0).toString(16).padStart(8, "0");
}
