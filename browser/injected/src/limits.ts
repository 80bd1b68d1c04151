// What the recorder cannot see into, said the moment the person comes to it.
import { deliver } from "./deliver";
import { fold } from "./text";

const ASKED_FOR = ["geolocation", "notifications", "camera", "microphone", "clipboard-read"];
const told = new Set<string>();

function tell(what: string, detail = ""): void {
  if (told.has(what + detail)) return;
  told.add(what + detail);
  deliver("limit", { at: Date.now(), what, detail });
}

export function onPrint(): void { tell("print"); }

/** The browser's own window to choose a file was left, which only the input hears of. */
export function onLeftPicker(event: Event): void {
  const [input] = event.composedPath();
  if (input instanceof HTMLInputElement && input.type === "file") tell("picker");
}

/** Something was pressed in an element of the page's own making that shows nothing which could be seen from here. */
export function tellClosed(element: Element): void {
  const own = element.localName.includes("-") && element.matches(":defined");
  if (own && !element.shadowRoot && element.childElementCount === 0 && fold(element.textContent) === "") tell("closed", element.localName);
}

/** A document that the browser shows itself, and what it is asked to allow. */
export function watchLimits(): void {
  if (window !== window.top) return;
  if (document.contentType === "application/pdf") tell("pdf");
  for (const name of ASKED_FOR) void watchPermission(name);
}

async function watchPermission(name: string): Promise<void> {
  try {
    const status = await navigator.permissions.query({ name: name as PermissionName });
    status.addEventListener("change", () => { if (status.state !== "prompt") tell("permission", `${name}, and it was ${status.state}`); });
  } catch { return; } // not known to this browser, or not for a page like this
}
