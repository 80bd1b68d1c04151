// In a content script's world: where the capture script's events go. They are numbered, kept for a moment, and told to
// the extension's worker over a port, at once; when the worker was restarted, the last ones are told to it again.
import { markSecrets } from "../secrets";

interface Item { n: number; text?: string; dialog?: object; lost?: string }
interface FromWorker { secrets?: string[]; stop?: true; flush?: true }
interface World { __showonce_outlet?: { resume(): void }; __showonce_send?: (text: string) => void; __showonce_config?: object; __showonce_flush?: () => void }

const KEPT = 60;
const LARGE = 300_000;
const TYPED = /^\{"kind":"(typed|page|key_down|key_up|inserted|chosen)"/;
const world = globalThis as unknown as World;
let port: chrome.Port | null = null;
let on = true;
let ready = false;
let count = 0;
let recent: Item[] = [];
let held: string[] = [];

function connect(): void {
  port = chrome.runtime.connect({ name: "told" });
  port.onMessage.addListener(onMessage);
  port.onDisconnect.addListener(onDisconnect);
}

/** The worker ended (Chrome does that) or this page was put aside: what it may not have passed on is told again. */
function onDisconnect(): void {
  void chrome.runtime.lastError;
  port = null;
  if (on && ready) again();
}

function again(): void {
  try {
    connect();
    for (const item of recent) port?.postMessage(item);
  } catch { on = false; } // the extension itself is gone
}

function onMessage(message: FromWorker): void {
  if (message.stop ?? message.flush) world.__showonce_flush?.(); // what the capture script holds back for a moment
  if (message.stop) { on = false; recent = []; port?.disconnect(); port = null; }
  if (message.flush) port?.postMessage({ flushed: true });
  if (message.secrets) learn(message.secrets);
}

/** Until the names of secret fields are known, nothing that was typed leaves this page. */
function learn(secrets: string[]): void {
  markSecrets(secrets);
  if (ready) return;
  ready = true;
  const open = secrets.length ? held.filter((text) => !TYPED.test(text)) : held;
  if (held.some((text) => text.startsWith('{"kind":"typed"') && !open.includes(text))) post({ lost: "What was typed while the page began to load was not recorded." });
  held = [];
  for (const text of open) post({ text });
}

function post(what: Omit<Item, "n">): void {
  const item = { n: ++count, ...what };
  if ((item.text?.length ?? 0) < LARGE) recent = [...recent.slice(-KEPT), item];
  if (!port) { again(); return; }
  try { port.postMessage(item); } catch { on = false; }
}

function send(text: string): void {
  if (!on) return;
  for (const one of text.split("\n")) {
    if (ready) post({ text: one });
    else held.push(one);
  }
}

/** A dialog of the page was answered. */
export function tellDialog(dialog: object): void { if (on && ready) post({ dialog }); }

/** Something that is worth nothing later: said when there is a port, or not at all. */
export function mention(what: object): void {
  if (!on || !ready) return;
  try { port?.postMessage(what); } catch { on = false; }
}

/** Begin to tell; false where an earlier recording left all in place in this document, which goes on then. */
export function openOutlet(config: object): boolean {
  if (world.__showonce_outlet) { world.__showonce_outlet.resume(); return false; }
  world.__showonce_outlet = { resume: () => { if (on) return; on = true; ready = false; connect(); } };
  world.__showonce_send = send;
  world.__showonce_config = config;
  connect();
  return true;
}
