// Our scripts in the pages: there only while a recording is on, in every frame, before the page's own scripts.

const EVERYWHERE = { matches: ["<all_urls>"], allFrames: true, matchOriginAsFallback: true, runAt: "document_start" as const, persistAcrossSessions: false };
const WORLDS = [["content.js", "ISOLATED"], ["page-world.js", "MAIN"]] as const;

/** From now on in every page that loads, and in those that are open: first in `tab`, where the demonstration begins. */
export async function putScripts(tab: number | undefined): Promise<void> {
  await takeScripts();
  await chrome.scripting.registerContentScripts(WORLDS.map(([file, world]) => ({ id: file, js: [file], world, ...EVERYWHERE })));
  if (tab !== undefined) await inject(tab);
  const others = await chrome.tabs.query({ url: ["http://*/*", "https://*/*", "file:///*"], discarded: false });
  for (const other of others) if (other.id !== tab) void inject(other.id!);
}

export async function takeScripts(): Promise<void> {
  await chrome.scripting.unregisterContentScripts();
}

async function inject(tabId: number): Promise<void> {
  for (const [file, world] of WORLDS) {
    try {
      await chrome.scripting.executeScript({ target: { tabId, allFrames: true }, files: [file], world, injectImmediately: true });
    } catch { return; } // a page that extensions may not enter
  }
}
