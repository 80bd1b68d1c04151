// Pictures of the tab in front. Chrome allows two a second, so one is taken when the page has come to rest, and is there
// when the person presses; what moved since makes it worthless, which is told too.
import { tell } from "./link";

const APART_MS = 520;
const widths = new Map<number, number>();
const moved = new Map<number, number>();
let last = 0;
let waiting: ReturnType<typeof setTimeout> | undefined;

/** What was seen of a tab shows it no more. */
export function stale(tab: number): void {
  moved.set(tab, (moved.get(tab) ?? 0) + 1);
  tell({ type: "stale", tab });
}

/** The tab came to rest; `width` is its viewport's in CSS pixels, 0 where a frame says it. */
export function look(tab: number, width: number): void {
  if (width) widths.set(tab, width);
  clearTimeout(waiting);
  waiting = setTimeout(() => { void take(tab); }, Math.max(0, last + APART_MS - Date.now()));
}

async function take(tab: number): Promise<void> {
  last = Date.now();
  const before = moved.get(tab);
  try {
    const seen = await chrome.tabs.get(tab);
    if (!seen.active) return;
    const picture = await chrome.tabs.captureVisibleTab(seen.windowId, { format: "jpeg", quality: 80 });
    if (moved.get(tab) !== before) return;
    tell({ type: "picture", tab, at: Date.now(), width: widths.get(tab) ?? seen.width ?? 0, jpeg: picture.split(",", 2)[1] ?? "" });
  } catch { /* gone, or a page that no extension may see: there is no picture then */ }
}
