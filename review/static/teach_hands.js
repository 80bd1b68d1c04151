// The person's hands on a live page: mouse, wheel, keys, input methods and paste, told as messages.
"use strict";

const BUTTONS = ["left", "middle", "right"];
const LINE_PX = 40;
const TAP_PX = 10; // as far as a finger wanders while it taps
const MAC = navigator.platform.startsWith("Mac");

/** Hear what is done on `field`, which lies over the picture; `size()` gives the page's size in its CSS pixels. */
function listenToHands(field, size, send, leave) {
  let at = { x: 0, y: 0 };

  function place(event) {
    const box = field.getBoundingClientRect();
    const { width, height } = size();
    return { x: ((event.clientX - box.left) / box.width) * width, y: ((event.clientY - box.top) / box.height) * height };
  }

  // Places come with pointer events, which tell parts of a pixel; counts of clicks with mouse events.
  field.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch") return;
    at = place(event);
    send({ kind: "move", ...at });
  });
  field.addEventListener("pointerdown", (event) => {
    at = place(event);
    field.setPointerCapture(event.pointerId);
  });
  field.addEventListener("pointerup", (event) => { at = place(event); });
  field.addEventListener("mousedown", (event) => {
    event.preventDefault();
    field.focus();
    const button = BUTTONS[event.button];
    if (button) send({ kind: "down", ...at, button, count: Math.max(1, Math.min(10, event.detail)) });
  });
  field.addEventListener("mouseup", (event) => {
    event.preventDefault();
    const button = BUTTONS[event.button];
    if (button) send({ kind: "up", ...at, button, count: Math.max(1, Math.min(10, event.detail)) });
  });
  listenToFingers(field, place, send);
  for (const kind of ["contextmenu", "dragstart", "auxclick", "click"]) field.addEventListener(kind, (event) => event.preventDefault());
  field.addEventListener("wheel", (event) => {
    if (event.ctrlKey) return; // the person makes the console larger
    event.preventDefault();
    const unit = [1, LINE_PX, size().height][event.deltaMode];
    send({ kind: "wheel", ...place(event), dx: event.deltaX * unit, dy: event.deltaY * unit });
  }, { passive: false });

  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.isComposing || event.keyCode === 229 || event.key === "Dead") return; // the text comes when it is made
    const command = event.ctrlKey || (MAC && event.metaKey);
    if (event.key === "Escape" && event.ctrlKey && (event.shiftKey || event.altKey)) {
      event.preventDefault();
      leave();
      return;
    }
    if (command && !event.altKey && event.code === "KeyV") return; // its text comes with the paste
    event.preventDefault();
    send(key(event, true));
  });
  field.addEventListener("keyup", (event) => {
    event.stopPropagation();
    if (event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send(key(event, false));
  });
  field.addEventListener("paste", (event) => {
    event.preventDefault();
    send({ kind: "paste", text: event.clipboardData.getData("text/plain").slice(0, 50_000) });
  });
  const made = () => {
    if (field.value) send({ kind: "text", text: field.value.slice(0, 20_000) });
    field.value = "";
  };
  field.addEventListener("compositionend", () => queueMicrotask(made));
  field.addEventListener("input", (event) => { if (!event.isComposing) made(); });
  field.addEventListener("blur", () => send({ kind: "release" }));
}

/** A finger that taps presses, as the browser itself tells by mouse events; those that go further turn the wheel where the
 * first of them began, so that the page goes with them. */
function listenToFingers(field, place, send) {
  const fingers = new Map();
  let begun = null;
  let turning = false;
  let owed = { dx: 0, dy: 0 };
  let drawing = 0;

  field.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch") return;
    if (!fingers.size) {
      begun = place(event);
      turning = false;
    }
    fingers.set(event.pointerId, { ...place(event), left: event.clientX, top: event.clientY });
  });
  field.addEventListener("pointermove", (event) => {
    const finger = fingers.get(event.pointerId);
    if (!finger) return;
    turning ||= Math.hypot(event.clientX - finger.left, event.clientY - finger.top) > TAP_PX;
    if (!turning) return;
    const now = place(event);
    owed.dx += (finger.x - now.x) / fingers.size;
    owed.dy += (finger.y - now.y) / fingers.size;
    Object.assign(finger, now);
    drawing ||= requestAnimationFrame(turn);
  });
  for (const kind of ["pointerup", "pointercancel"]) field.addEventListener(kind, (event) => fingers.delete(event.pointerId));

  function turn() {
    send({ kind: "wheel", ...begun, ...owed });
    field.dispatchEvent(new Event("turned"));
    owed = { dx: 0, dy: 0 };
    drawing = 0;
  }
}

/** A Mac's command key does what Ctrl does in the page, which is not on a Mac. */
function key(event, down) {
  if (MAC && event.key === "Meta") return { kind: "key", down, key: "Control", code: "ControlLeft", number: 17, location: 1 };
  return { kind: "key", down, key: event.key.slice(0, 40), code: event.code, number: event.keyCode, location: event.location };
}
