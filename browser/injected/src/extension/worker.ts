// The extension's worker: begins and ends a recording, and passes on what pages and browser tell, in order.
import { look, stale } from "./camera";
import { listen, listenNoMore } from "./facts";
import { hangUp, pair, refusal, resume, tell, type Session } from "./link";
import { placeOf } from "./places";
import { putScripts, takeScripts } from "./scripts";

interface Told { n?: number; text?: string; dialog?: object; lost?: string; stale?: true; look?: number; flushed?: true }
interface Asked { begin?: string; stop?: true; state?: true }

const WITNESSED = /^\{"kind":"(press|key_down|typed)"/;
const FLUSH_MS = 1500;
const ports = new Set<chrome.Port>();
let session: Session | null = null;
let words = "";
let flushing: { waiting: Set<chrome.Port>; done: () => void } | null = null;
const ends = { onFlush: () => { void flush(); }, onEnd: (why: string) => { void end(why); } };

listen();
const ready = chrome.storage.session.get("session").then(({ session: kept }) => {
  session = kept as Session | null ?? null;
  if (session) resume(session, ends);
  else { listenNoMore(); hangUp(); }
});

chrome.runtime.onConnect.addListener((port) => {
  if (port.name !== "told" || port.sender?.tab?.id === undefined) return;
  port.onMessage.addListener((message: Told) => { onTold(port, message); });
  port.onDisconnect.addListener(() => { ports.delete(port); hasFlushed(port); });
  void ready.then(() => {
    ports.add(port);
    port.postMessage(session ? { secrets: session.secrets } : { stop: true });
  });
});

function onTold(port: chrome.Port, message: Told): void {
  const tab = port.sender!.tab!.id!;
  if (message.flushed) hasFlushed(port);
  if (message.stale) stale(tab);
  if (message.look !== undefined) look(tab, message.look);
  if (message.n === undefined) return;
  const key = `${port.sender!.documentId ?? ""}/${message.n}`;
  tell({ type: "told", tab, at: Date.now(), document: port.sender!.documentId ?? "", n: message.n, text: message.text ?? "", dialog: message.dialog ?? null, lost: message.lost ?? "" });
  if (message.text?.startsWith('{"kind":"page"')) look(tab, 0);
  const frame = port.sender!.frameId ?? 0;
  if (frame !== 0 && message.text && WITNESSED.test(message.text)) void tellPlace(tab, frame, key, message.text);
}

async function tellPlace(tab: number, frame: number, key: string, text: string): Promise<void> {
  const { frame: hops } = JSON.parse(text) as { frame: { index: number }[] };
  const place = await placeOf(tab, frame, hops.map((hop) => hop.index));
  if (place) tell({ type: "placed", key, x: place[0], y: place[1] });
}

/** Everything that pages told until now is passed on, then that this is all, and which tabs did not answer. */
async function flush(): Promise<void> {
  const waiting = new Set(ports);
  await new Promise<void>((done) => {
    flushing = { waiting, done };
    setTimeout(done, ports.size ? FLUSH_MS : 0);
    for (const port of ports) port.postMessage({ flush: true });
  });
  flushing = null;
  const silent = await Promise.all([...new Set(Array.from(waiting, (port) => port.sender!.tab!.id!))].map(awake));
  tell({ type: "flushed", silent: silent.filter((tab) => tab !== null) });
}

/** The tab, unless it is gone, or Chrome froze it: that one answers nothing, and nothing was done in it last. */
async function awake(tab: number): Promise<number | null> {
  const now = await chrome.tabs.get(tab).catch(() => null) as { frozen?: boolean } | null; // gone: it told all it had to
  return now && !now.frozen ? tab : null;
}

function hasFlushed(port: chrome.Port): void {
  if (flushing?.waiting.delete(port) && !flushing.waiting.size) flushing.done();
}

chrome.runtime.onMessage.addListener((message: Asked, sender, respond) => {
  if (sender.tab && !sender.url?.startsWith(location.origin)) return undefined; // only the popup speaks so
  void ready.then(async () => {
    if (message.stop) tell({ type: "stop" });
    if (message.begin !== undefined) await begin(message.begin);
    respond({ recording: session !== null && !message.stop, words: message.stop ? "Stopped; showonce keeps it now." : words });
  });
  return true;
});

async function begin(code: string): Promise<void> {
  words = refusal(code);
  if (words || session) return;
  try {
    const { session: fresh, paired } = await pair(code, ends);
    session = fresh;
    await chrome.storage.session.set({ session });
    listen();
    await chrome.action.setBadgeText({ text: "REC" });
    await chrome.action.setBadgeBackgroundColor({ color: "#c00" });
    await start(paired.open);
  } catch (error) { words = (error as Error).message; }
}

/** The demonstration begins in a new tab where a page was asked for, else in the one that is in front. */
async function start(url: string): Promise<void> {
  const tab = url ? undefined : await tabInFront();
  if (!url && !tab) { tell({ type: "trouble", words: "No tab showed a web page when the recording began." }); }
  await putScripts(tab?.id);
  const first = tab ?? await chrome.tabs.create({ url: url || "about:blank" });
  tell({ type: "start", tab: first.id, url: tab?.url ?? "" });
  look(first.id!, 0);
}

async function tabInFront(): Promise<chrome.Tab | undefined> {
  const tabs = await chrome.tabs.query({ url: ["http://*/*", "https://*/*", "file:///*"] });
  const [front] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
  return tabs.find((tab) => tab.id === front?.id) ?? tabs.sort((a, b) => (b.lastAccessed ?? 0) - (a.lastAccessed ?? 0))[0];
}

async function end(why: string): Promise<void> {
  session = null;
  words = why;
  hangUp();
  listenNoMore();
  for (const port of ports) port.postMessage({ stop: true });
  ports.clear();
  await chrome.storage.session.remove("session");
  await chrome.action.setBadgeText({ text: "" });
  await takeScripts();
}
