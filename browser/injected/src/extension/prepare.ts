// What must be in place before the capture script: where its events go, and the name it shares with the page's world.
import { frameCorner } from "./corner";
import { mention, openOutlet, tellDialog } from "./outlet";

const STILL_MS = 150;
const name = `so${Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;

/** Our script in the page's world takes the name; the page's own scripts have not begun, and cannot hear it. */
function shareName(): void {
  const say = (): boolean => !window.dispatchEvent(new CustomEvent("showonce-name", { detail: name, cancelable: true }));
  if (!say()) window.addEventListener("showonce-ask", say, { once: true });
  window.addEventListener(`${name}d`, (event) => { tellDialog((event as CustomEvent<object>).detail); }, { capture: true });
}

let resting: ReturnType<typeof setTimeout> | undefined;
/** A picture from before the page was scrolled shows its elements elsewhere. */
function onScroll(): void {
  if (resting === undefined) mention({ stale: true });
  clearTimeout(resting);
  resting = setTimeout(() => { resting = undefined; mention({ look: viewWidth() }); }, STILL_MS);
}

function viewWidth(): number { return window === window.top ? innerWidth : 0; }

function onAsked(message: { corner?: number }, _: chrome.Sender, respond: (answer: unknown) => void): undefined {
  if (message.corner !== undefined) respond(frameCorner(message.corner));
}

if (openOutlet({ secrets: [], chooser: name })) {
  shareName();
  window.addEventListener("scroll", onScroll, { capture: true, passive: true });
  window.addEventListener("resize", onScroll, { passive: true });
  chrome.runtime.onMessage.addListener(onAsked);
}
