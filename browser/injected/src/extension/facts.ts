// What the browser itself does, told as it is; the recorder decides what of it matters.
import { look, stale } from "./camera";
import { tell } from "./link";

const PASSIVE = new Set(["GET", "HEAD", "OPTIONS"]);
const REQUESTS = { urls: ["<all_urls>"], types: ["main_frame", "sub_frame", "xmlhttprequest", "other"] };
type Came = chrome.webNavigation.Came;
type Asked = chrome.webRequest.Asked;

function onCommitted(came: Came): void {
  if (came.frameId !== 0 || came.documentLifecycle !== "active") return;
  stale(came.tabId);
  tell({ type: "committed", tab: came.tabId, at: Date.now(), url: came.url, transition: came.transitionType, qualifiers: came.transitionQualifiers });
}

function onWithin(came: Came): void {
  if (came.frameId === 0 && came.documentLifecycle === "active") tell({ type: "within", tab: came.tabId, url: came.url });
}

function onTarget({ tabId, sourceTabId }: { tabId: number; sourceTabId: number }): void {
  tell({ type: "targeted", tab: tabId, source: sourceTabId });
}

function onActivated({ tabId }: { tabId: number }): void { look(tabId, 0); }

function onRemoved(tab: number): void { tell({ type: "removed", tab, at: Date.now() }); }

const asked = new Set<string>();
function onRequest({ requestId, tabId, method, url }: Asked): undefined {
  if (tabId < 0 || PASSIVE.has(method)) return;
  asked.add(requestId);
  tell({ type: "request", tab: tabId, id: requestId, method, url });
}

function onAnswer({ requestId, tabId, statusCode }: Asked): undefined {
  if (!asked.delete(requestId)) return;
  tell({ type: "answer", tab: tabId, id: requestId, status: statusCode });
}

/** Heard only to know the name that the page gave it: nothing is suggested, so Chrome does as ever. */
function onDownload({ filename }: { filename: string }): void { tell({ type: "download", filename }); }

/** All at the worker's start, so that Chrome starts it again for them; they are taken away where nothing is recorded. */
export function listen(): void {
  chrome.webNavigation.onCommitted.addListener(onCommitted);
  chrome.webNavigation.onHistoryStateUpdated.addListener(onWithin);
  chrome.webNavigation.onReferenceFragmentUpdated.addListener(onWithin);
  chrome.webNavigation.onCreatedNavigationTarget.addListener(onTarget);
  chrome.tabs.onRemoved.addListener(onRemoved);
  chrome.tabs.onActivated.addListener(onActivated);
  chrome.webRequest.onBeforeRequest.addListener(onRequest, REQUESTS);
  chrome.webRequest.onHeadersReceived.addListener(onAnswer, REQUESTS);
  chrome.downloads.onDeterminingFilename.addListener(onDownload);
}

export function listenNoMore(): void {
  chrome.webNavigation.onCommitted.removeListener(onCommitted);
  chrome.webNavigation.onHistoryStateUpdated.removeListener(onWithin);
  chrome.webNavigation.onReferenceFragmentUpdated.removeListener(onWithin);
  chrome.webNavigation.onCreatedNavigationTarget.removeListener(onTarget);
  chrome.tabs.onRemoved.removeListener(onRemoved);
  chrome.tabs.onActivated.removeListener(onActivated);
  chrome.webRequest.onBeforeRequest.removeListener(onRequest);
  chrome.webRequest.onHeadersReceived.removeListener(onAnswer);
  chrome.downloads.onDeterminingFilename.removeListener(onDownload);
}
