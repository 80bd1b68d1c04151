// The few of Chrome's extension interfaces that are used here, as its reference describes them.

declare namespace chrome {
  interface Heard<F> { addListener(listener: F, ...more: unknown[]): void; removeListener(listener: F): void }
  interface Tab { id?: number; windowId: number; url?: string; pendingUrl?: string; active: boolean; discarded?: boolean; openerTabId?: number; width?: number; lastAccessed?: number }
  interface Sender { tab?: Tab; frameId?: number; documentId?: string; url?: string }
  interface Port { name: string; sender?: Sender; postMessage(message: unknown): void; disconnect(): void; onMessage: Heard<(message: never) => void>; onDisconnect: Heard<() => void> }
  namespace runtime {
    function connect(info: { name: string }): Port;
    function sendMessage(message: unknown): Promise<unknown>;
    const lastError: { message?: string } | undefined;
    const onConnect: Heard<(port: Port) => void>;
    const onMessage: Heard<(message: never, sender: Sender, respond: (answer: unknown) => void) => boolean | undefined>;
  }
  namespace storage { const session: { get(key: string): Promise<Record<string, unknown>>; set(items: object): Promise<void>; remove(key: string): Promise<void> } }
  namespace action { function setBadgeText(what: { text: string }): Promise<void>; function setBadgeBackgroundColor(what: { color: string }): Promise<void> }
  namespace tabs {
    function query(filter: object): Promise<Tab[]>;
    function create(what: { url: string }): Promise<Tab>;
    function get(tab: number): Promise<Tab>;
    function captureVisibleTab(window: number, how: { format: "jpeg"; quality: number }): Promise<string>;
    function sendMessage(tab: number, message: unknown, where: { frameId: number }): Promise<unknown>;
    const onRemoved: Heard<(tab: number) => void>;
    const onActivated: Heard<(info: { tabId: number }) => void>;
  }
  namespace scripting {
    interface Script { id: string; js: string[]; matches: string[]; allFrames: boolean; matchOriginAsFallback: boolean; runAt: "document_start"; world: "ISOLATED" | "MAIN"; persistAcrossSessions: boolean }
    function registerContentScripts(scripts: Script[]): Promise<void>;
    function unregisterContentScripts(): Promise<void>;
    function executeScript(what: { target: { tabId: number; allFrames: boolean }; files: string[]; world: "ISOLATED" | "MAIN"; injectImmediately: boolean }): Promise<unknown>;
  }
  namespace webNavigation {
    interface Came { tabId: number; frameId: number; url: string; transitionType: string; transitionQualifiers: string[]; documentLifecycle: string }
    const onCommitted: Heard<(details: Came) => void>;
    const onHistoryStateUpdated: Heard<(details: Came) => void>;
    const onReferenceFragmentUpdated: Heard<(details: Came) => void>;
    const onCreatedNavigationTarget: Heard<(details: { tabId: number; sourceTabId: number }) => void>;
    function getAllFrames(where: { tabId: number }): Promise<{ frameId: number; parentFrameId: number }[] | null>;
  }
  namespace webRequest {
    interface Asked { requestId: string; tabId: number; method: string; url: string; type: string; statusCode: number }
    const onBeforeRequest: Heard<(details: Asked) => undefined>;
    const onHeadersReceived: Heard<(details: Asked) => undefined>;
  }
  namespace downloads { const onDeterminingFilename: Heard<(item: { filename: string }) => void> }
}
