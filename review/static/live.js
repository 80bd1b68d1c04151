// What news replace on a page: what is open, written, chosen or focused there outlasts it, by the ids of the elements.
"use strict";

const within = (part, what) => [...part.querySelectorAll(what)].filter((each) => each.id);
const isMark = (field) => field.matches("[type=radio], [type=checkbox]");
/** What a field holds, and what it held when it came. */
const now = (field) => isMark(field) ? field.checked : field.value;
const before = (field) => isMark(field) ? field.defaultChecked : field.options ? usual(field) : field.defaultValue;
const usual = (list) => ([...list.options].find((each) => each.defaultSelected) ?? list.options[0])?.value;
const FIELDS = "input:not([type=hidden], [type=file]), textarea, select";
const kept = new WeakMap();

document.addEventListener("htmx:beforeSwap", (event) => {
  const part = event.detail.target;
  if (!part.matches?.("[data-live]")) return;
  kept.set(part, {
    open: within(part, "details[open]").map((each) => each.id),
    focus: part.contains(document.activeElement) ? document.activeElement.id : "",
    written: within(part, FIELDS).filter((each) => now(each) !== before(each)).map((each) => [each.id, now(each), before(each)]),
    at: window.scrollY,
  });
});

document.addEventListener("htmx:afterSwap", (event) => {
  const part = event.detail.target;
  const was = kept.get(part);
  if (!was) return;
  kept.delete(part);
  for (const id of was.open) document.getElementById(id)?.setAttribute("open", "");
  for (const [id, value, first] of was.written) {
    const field = document.getElementById(id);
    if (!field || before(field) !== first) continue; // what somebody else wrote there meanwhile is shown instead
    if (isMark(field)) field.checked = value;
    else field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  if (was.focus) document.getElementById(was.focus)?.focus({ preventScroll: true });
  window.scrollTo(0, was.at);
});

// What was sent is not half written any more.
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  if (!(form instanceof HTMLFormElement) || !event.detail.successful || !form.closest("[data-live]")) return;
  for (const field of form.querySelectorAll(FIELDS)) {
    if (isMark(field)) field.defaultChecked = field.checked;
    else if (!field.options) field.defaultValue = field.value;
  }
});
