// The page script of recording, in a world of its own: tells every trusted gesture edge the moment it happens.
// It only listens, passively and before the page's own listeners; it changes nothing in the page.
import { boxOf, describe, isEditable } from "./describe";
import { deliver, deliverSecret, deliverSoon, flush, learnSecret } from "./deliver";
import { actedOn, forgetHovers, neededHovers, onHoverMove, touched } from "./hover";
import { onLeftPicker, onPrint, tellClosed, watchLimits } from "./limits";
import { answerAsked, listenForPicks } from "./picking";
import { isProxy, onComposed, onPaste, onRichInput, typesRich } from "./rich";
import { isSecret, keepSecret, markSecrets, secretFields } from "./secrets";
import { atRest, changed, sceneBefore, sceneIfCheap } from "./seen";
import { busyWhile, soon, tellBefore, tellPage, tellRivals, tellRivalsNow } from "./telling";
import { bounded, fold } from "./text";
import { controlOf } from "./tree";
import { beginCounting, countHeard, tellUnheard } from "./unheard";

interface Config { secrets: string[]; chooser?: string; since?: number }
const world = globalThis as unknown as { __showonce_config?: Config; __showonce_armed?: boolean; __showonce_rest?: () => Promise<void>; __showonce_flush?: () => void };
const refs = new WeakMap<Element, number>();
let lastRef = 0;
let described = 0;

function refOf(element: Element): number {
  const known = refs.get(element);
  if (known) return known;
  refs.set(element, ++lastRef);
  return lastRef;
}

function origin(event: Event): Element {
  const first = event.composedPath()[0];
  return first instanceof Element ? first : document.documentElement;
}

/** The element as it is now; the full description only where the last event was about another one. */
function about(element: Element, always = false): object {
  const ref = refOf(element);
  if (!always && described === ref) return { ref };
  described = ref;
  return { ref, element: describe(element) };
}

function modifiersOf(event: MouseEvent | KeyboardEvent): string[] {
  return [["Alt", event.altKey], ["Control", event.ctrlKey], ["Meta", event.metaKey], ["Shift", event.shiftKey]]
    .filter(([, on]) => on).map(([name]) => name as string);
}

function pointer(event: MouseEvent): object {
  const { clientX: x, clientY: y, button, detail } = event;
  return { at: moment(event), x, y, button, detail, modifiers: modifiersOf(event) };
}

function moment(event: Event): number { return performance.timeOrigin + event.timeStamp; }

function hiddenBoxes(near: Element): object[] {
  const root = near.getRootNode();
  const roots: (Document | ShadowRoot)[] = root instanceof ShadowRoot ? [document, root] : [document];
  return secretFields(roots).map(boxOf);
}

function onPress(event: PointerEvent): void {
  tellScrolls();
  typing = null;
  const control = controlOf(origin(event));
  for (const { element, x, y, at } of neededHovers(control)) deliver("hover", { ...about(element, true), at, x, y });
  const scene = sceneBefore();
  actedOn(control);
  pressed = { control, x: event.clientX, y: event.clientY };
  tellClosed(control);
  const labelled = control instanceof HTMLLabelElement ? control.control : null;
  tellBefore();
  deliver("press", {
    ...about(control, true), ...pointer(event), scene, inner: origin(event).localName,
    labels: labelled ? refOf(labelled) : 0, labelled: labelled ? describe(labelled) : null,
    secrets: hiddenBoxes(control), viewport: { width: innerWidth, height: innerHeight },
  });
  tellRivals(labelled ?? control, refOf);
}

function onRelease(event: MouseEvent): void {
  tellRivalsNow();
  dragging = false;
  const { clientX: x, clientY: y } = event;
  const far = pressed && Math.hypot(x - pressed.x, y - pressed.y) > 8;
  const onto = far ? landing(x, y, pressed!.control) : null;
  pressed = null;
  deliver("release", { ref: refOf(controlOf(origin(event))), ...pointer(event), moves: moves.splice(0), onto: onto ? describe(onto) : null });
}

const moves: number[][] = [];
let pressed: { control: Element; x: number; y: number } | null = null;
let dragging = false;

/** Comes before what the page makes of it at `mouseenter`. */
function onOver(event: MouseEvent): void {
  if (!event.buttons) onHoverMove(controlOf(origin(event)), event.clientX, event.clientY, event.timeStamp);
}

function onMove(event: MouseEvent): void {
  if (!event.buttons && event.type === "pointermove") onHoverMove(controlOf(origin(event)), event.clientX, event.clientY, event.timeStamp);
  if (event.buttons || event.type === "dragover") moves.push([Math.round(moment(event)), event.clientX, event.clientY]);
}

/** A native drag ends the pointer's own events; from then on `dragover` tells where it is, and `drop` or `dragend` its end. */
function onDragStart(): void { dragging = true; }
function onCancel(event: PointerEvent): void { if (!dragging) onRelease(event); }
function onDrop(event: DragEvent): void {
  if (dragging) { onRelease(event); return; }
  moves.length = 0;
  const target = controlOf(origin(event));
  const files = Array.from(event.dataTransfer?.files ?? []);
  if (files.length && !(target instanceof HTMLInputElement && target.type === "file")) tellFiles(target, event, files, { dropped: true });
}

/** What the pointer is let go over, where that is something of its own: not what is dragged, nor what holds both. */
function landing(x: number, y: number, from: Element): Element | null {
  const element = document.elementsFromPoint(x, y).find((e) => !from.contains(e) && !carried(e, from));
  if (!element || element.contains(from) || element === document.documentElement || element === document.body) return null;
  const control = controlOf(element);
  const found = control.contains(from) ? element : control;
  return saysWhatItIs(found) ? found : null;
}

/** A helper that is drawn under the pointer (a lasso, a ghost) has no words and no name to be found again by. */
function saysWhatItIs(element: Element): boolean {
  return fold(element.textContent) !== "" || ["id", "aria-label", "title", "name", "data-testid"].some((name) => element.hasAttribute(name));
}

/** A copy that follows the pointer has the words of what is dragged. */
function carried(element: Element, from: Element): boolean {
  return fold(element.textContent) !== "" && fold(element.textContent) === fold(from.textContent);
}

function onMouseDown(event: MouseEvent): void {
  // pointerdown.detail is 0: the count of clicks is told by mousedown only.
  deliver("count", { at: moment(event), clicks: event.detail });
}

let hiding: Element | null = null; // the secret field that is typed into
function onKey(event: KeyboardEvent): void {
  const element = origin(event);
  if (isSecret(element) && !["Enter", "Tab", "Escape"].includes(event.key)) {
    if (hiding !== element) tellRivals(hiding = element, refOf);
    return;
  }
  const pressed = { at: moment(event), key: event.key, code: event.code, modifiers: modifiersOf(event) };
  if (event.type === "keyup") {
    (goesOn ? deliverSoon : deliver)("key_up", { ref: refOf(element), ...pressed });
    return;
  }
  goesOn = isWithinRun(event, element);
  const begins = beginsStep(event, element);
  const scene = begins ? sceneBefore(true) : null;
  actedOn();
  beforeKey(event, element);
  const facts = { ...pressed, repeat: event.repeat, composing: event.isComposing };
  if (goesOn) { deliverSoon("key_down", { ref: refOf(element), ...facts, editable: true, goes_on: true }); return; }
  if (begins) tellBefore();
  deliver("key_down", {
    ...about(element, begins), ...facts, scene, editable: isEditable(element), rich: typesRich(element),
    secrets: hiddenBoxes(element), viewport: { width: innerWidth, height: innerHeight },
  });
  if (begins) tellRivals(element, refOf);
}

/** A letter in the middle of typing into a plain field: part of a step that has begun and has not ended. */
let goesOn = false;
const TYPING_MS = 400;
function isWithinRun(event: KeyboardEvent, element: Element): boolean {
  return event.key.length === 1 && typing?.element === element && !typing.ended && typing.plain && !event.ctrlKey && !event.metaKey && !event.altKey;
}

/** What is typed after the focus was elsewhere, in another tab too, is told in full: it has a picture of its own. */
function onLeave(): void {
  if (typing) typing.ended = true;
  noteChange();
}

/** A key that may be a step of its own, or the first of a run of typing; the rest of the run waits for nothing. */
function beginsStep(event: KeyboardEvent, element: Element): boolean {
  if (event.repeat || ["Shift", "Control", "Alt", "Meta", "Backspace", "Delete"].includes(event.key)) return false;
  return event.key.length > 1 || event.ctrlKey || event.metaKey || typing?.element !== element || typing.ended;
}

function beforeKey(event: KeyboardEvent, element: Element): void {
  forgetHovers();
  const ended = event.key.length > 1 && !["Shift", "Control", "Alt", "Meta", "Backspace", "Delete"].includes(event.key);
  const same = typing?.element === element ? typing : null;
  const plain = same?.plain ?? (isEditable(element) && !typesRich(element));
  typing = { element, at: event.timeStamp, told: same?.told ?? false, ended, plain };
  // Whether the page takes the key for itself (a mask, an editor) is known when its own listeners are done.
  setTimeout(() => { if (event.defaultPrevented) tellTaken(event, element); }, 0);
}

function tellTaken(event: KeyboardEvent, element: Element): void {
  tellKeysMatter(element);
  if (!isEditable(element) || typesRich(element) || isSecret(element)) return;
  deliver("taken", { ref: refOf(element), at: moment(event), key: event.key, modifiers: modifiersOf(event) });
}

/** The page does something of its own with what is typed: to set the value at once might not do the same. */
let typing: { element: Element; at: number; told: boolean; ended: boolean; plain: boolean } | null = null;
function tellKeysMatter(element: Element): void {
  if (typing?.element !== element || typing.told) return;
  typing.told = true;
  deliver("keys_matter", { ref: refOf(element), at: Date.now() });
}

/** All values are told at `input`, which leaves shadow roots; `change` does not, and only ends the typing of text. */
function onInput(event: Event): void {
  const element = editedBy(event);
  noteChange();
  onRichInput(event as InputEvent);
  if (element instanceof HTMLSelectElement) {
    const chosen = Array.from(element.selectedOptions, (option) => fold(option.label));
    deliver("chosen", { ...about(element), at: moment(event), chosen });
  } else if (element instanceof HTMLInputElement && (element.type === "checkbox" || element.type === "radio")) {
    deliver("checked", { ...about(element), at: moment(event), checked: element.checked });
  } else if (element instanceof HTMLInputElement && element.type === "file") {
    tellFiles(element, event, Array.from(element.files ?? []));
  } else if (isEditable(element)) {
    tellTyped(element, event);
  }
}

function editedBy(event: Event): Element {
  const element = origin(event);
  return element.closest("[contenteditable]") ?? element;
}

function tellTyped(element: Element, event: Event): void {
  const field = element as HTMLInputElement;
  const runs = goesOn && typing?.element === element;
  if (!runs && isProxy(element)) return; // what it holds for a moment is not what the editor holds
  const value = typeof field.value === "string" ? field.value : (element as HTMLElement).innerText;
  const secret = isSecret(element);
  if (secret) { learnSecret(refOf(element), value); deliverSecret(refOf(element), value); }
  deliver("typed", { ...about(element), at: moment(event), final: event.type === "change", kept: event.type === "change" && hasFocus(element), ...(secret ? { secret } : { value: bounded(value, 20000) }) });
}

function hasFocus(element: Element): boolean {
  return (element.getRootNode() as Document | ShadowRoot).activeElement === element;
}

function onChange(event: Event): void {
  const element = editedBy(event);
  const chooses = element instanceof HTMLInputElement && ["checkbox", "radio", "file"].includes(element.type);
  if (!chooses && isEditable(element)) tellTyped(element, event);
}

/** A page could send this event too: all it could say is that files were chosen which it has itself. */
function tellDetached(event: MouseEvent): void {
  const input = event.relatedTarget;
  if (input instanceof HTMLInputElement && input.type === "file" && !input.isConnected && input.files?.length) tellFiles(input, event, Array.from(input.files), { detached: true });
}

const FILE_LIMIT = 20 * 1024 * 1024;
function tellFiles(given: Element, event: Event, files: File[], how: { dropped?: true; detached?: true } = {}): void {
  deliver("files", { ...about(given, how.dropped), at: moment(event), ...how, files: files.map((f) => ({ name: f.name, type: f.type, size: f.size })) });
  for (const [index, file] of files.entries()) {
    if (file.size > FILE_LIMIT) continue;
    const reader = new FileReader();
    reader.onload = () => { deliver("file_bytes", { ref: refOf(given), index, data: String(reader.result).split(",", 2)[1] ?? "" }); };
    reader.readAsDataURL(file);
  }
}

function onWheel(event: WheelEvent): void {
  forgetHovers();
  const container = scrollerOf(origin(event));
  if (!heights.has(container)) heights.set(container, container.scrollHeight);
  wheeledAt = performance.now();
  const scene = sceneIfCheap();
  actedOn();
  deliver("wheel", { scene, at: moment(event), x: event.clientX, y: event.clientY, dx: event.deltaX, dy: event.deltaY, modifiers: modifiersOf(event) });
  // Whether the page takes the wheel for itself (a map, a canvas) is known when its own listeners are done; the event's
  // path is known only until then.
  const element = controlOf(origin(event));
  setTimeout(() => { if (event.defaultPrevented) tellTurned(event, element); }, 0);
}

function tellTurned(event: WheelEvent, element: Element): void {
  const { clientX: x, clientY: y, deltaX: dx, deltaY: dy } = event;
  deliver("turned", { ...about(element, true), at: moment(event), x, y, dx, dy, modifiers: modifiersOf(event) });
}

const WHEELED_MS = 800;
let wheeledAt = -Infinity;
const heights = new WeakMap<Element, number>();
interface Settling { timer: ReturnType<typeof setTimeout>; tell: () => void; loaded: boolean }
const settling = new Map<Element, Settling>();

function scrollerOf(element: Element): Element {
  for (let at: Element | null = element; at; at = at.parentElement) {
    if (at.scrollHeight > at.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(at).overflowY)) return at;
  }
  return document.scrollingElement ?? document.documentElement;
}

function onScroll(event: Event): void {
  const container = event.target instanceof Element ? event.target : document.scrollingElement ?? document.documentElement;
  const before = heights.get(container);
  if (before === undefined || performance.now() - wheeledAt > WHEELED_MS) return; // the page scrolls by itself
  const earlier = settling.get(container);
  clearTimeout(earlier?.timer);
  const at = moment(event);
  const tell = (): void => {
    const page = container === document.scrollingElement;
    const loaded = settling.get(container)?.loaded === true || container.scrollHeight > before + 10;
    settling.delete(container);
    deliver("scrolled", { ...(page ? {} : about(container, true)), at, left: container.scrollLeft, top: container.scrollTop, grew: loaded });
    if (container.scrollHeight > before) heights.set(container, container.scrollHeight);
  };
  settling.set(container, { timer: setTimeout(tell, 150), tell, loaded: earlier?.loaded ?? false });
}

/** A press right after scrolling comes after it in the telling too. */
function tellScrolls(): void {
  for (const { timer, tell } of settling.values()) { clearTimeout(timer); tell(); }
}

/** Lists that show other rows as they are scrolled, and lists that load more. */
function noteLoaded(changed: Node): void {
  for (const [container, state] of settling) if (container.contains(changed)) state.loaded = true;
}

function onMutations(mutations: MutationRecord[]): void {
  for (const { type, target, oldValue, addedNodes } of mutations) {
    touched(addedNodes);
    // A "show password" button turns the field into plain text: it stays a secret.
    if (type === "childList" && settling.size) noteLoaded(target);
    if (typing && !target.contains(typing.element) && !typing.element.contains(target) && performance.now() - typing.at < 60) tellKeysMatter(typing.element);
    if (type === "attributes" && oldValue === "password" && target instanceof Element) keepSecret(target);
  }
  arm();
  noteChange();
}

function noteChange(): void {
  touched();
  changed();
  soon();
}

function trusted<E extends Event>(handler: (event: E) => void): (event: E) => void {
  return (event) => { if (event.isTrusted) handler(event); };
}

const HANDLERS: Record<string, (event: never) => void> = {
  pointerdown: trusted(onPress), pointerup: trusted(onRelease), pointercancel: trusted(onCancel), pointermove: trusted(onMove), pointerover: trusted(onOver),
  dragstart: trusted(onDragStart), dragover: trusted(onMove), drop: trusted(onDrop), dragend: trusted(onDrop),
  focusin: noteChange, focusout: onLeave, selectionchange: noteChange, mousedown: trusted(onMouseDown), keydown: trusted(onKey), keyup: trusted(onKey), input: trusted(onInput),
  change: trusted(onChange), compositionend: onComposed, paste: trusted((event: ClipboardEvent) => { onPaste(event, refOf); }), wheel: trusted(onWheel), scroll: trusted(onScroll),
  beforeprint: trusted(onPrint), cancel: trusted(onLeftPicker), pagehide: flushAll, visibilitychange: flushAll,
};

function flushAll(): void {
  tellUnheard();
  flush();
}

/** Adding the same listener again does nothing, and puts it back after document.open() erased it. */
function arm(): void {
  countHeard();
  listenForPicks();
  for (const [type, handler] of Object.entries(HANDLERS)) {
    window.addEventListener(type, handler as EventListener, { capture: true, passive: true });
  }
}

if (!world.__showonce_armed) {
  world.__showonce_armed = true;
  markSecrets(world.__showonce_config?.secrets ?? []);
  answerAsked(refOf);
  busyWhile(() => pressed !== null || (goesOn && typing !== null && performance.now() - typing.at < TYPING_MS));
  beginCounting(world.__showonce_config?.since ?? null);
  arm();
  watchLimits();
  new MutationObserver(onMutations).observe(document, { subtree: true, childList: true, attributes: true, characterData: true, attributeOldValue: true });
  // A file input that never was in the page: the main world's script tells of it with this event.
  const chooser = world.__showonce_config?.chooser;
  if (chooser) window.addEventListener(chooser, (event) => { tellDetached(event as MouseEvent); }, { capture: true });
  world.__showonce_flush = flushAll;
  world.__showonce_rest = () => atRest().then(tellPage); // asked for at the end, for what came of the last step
  deliver("hello", { at: Date.now() });
  soon();
}
