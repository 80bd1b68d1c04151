// Where a frame stands in its tab: each ancestor's content script is asked for the corner of the frame below it.

/** In CSS pixels of the tab's viewport; null where one of them does not know. */
export async function placeOf(tab: number, frame: number, path: number[]): Promise<[number, number] | null> {
  try {
    const chain = ancestors(frame, await chrome.webNavigation.getAllFrames({ tabId: tab }) ?? []);
    if (chain.length !== path.length) return null;
    let [x, y] = [0, 0];
    for (const [at, parent] of chain.entries()) {
      const corner = await chrome.tabs.sendMessage(tab, { corner: path[at] }, { frameId: parent }) as [number, number] | null;
      if (!corner) return null;
      [x, y] = [x + corner[0], y + corner[1]];
    }
    return [x, y];
  } catch { return null; }
}

/** The frames above, the tab's own document first. */
function ancestors(frame: number, all: { frameId: number; parentFrameId: number }[]): number[] {
  const chain: number[] = [];
  for (let at = all.find((f) => f.frameId === frame); at && at.parentFrameId >= 0;) {
    const above = at.parentFrameId;
    chain.unshift(above);
    at = all.find((f) => f.frameId === above);
  }
  return chain;
}
