// What news replace on a page: what is open, written, chosen or focused there outlasts it, by the ids of the elements;
// a button or link that has the focus also by what it does.
"use strict";

const within = (part, what) => [...part.querySelectorAll(what)].filter((each) => each.id);
const isMark = (field) => field.matches("[type=radio], [type=checkbox]");
/** What a field holds, and what it held when it came. */
const now = (field) => isMark(field) ? field.checked : field.value;
const before = (field) => isMark(field) ? field.defaultChecked : field.options ? usual(field) : field.defaultValue;
const usual = (list) => ([...list.options].find((each) => each.defaultSelected) ?? list.options[0])?.value;
const FIELDS = "input:not([type=hidden], [type=file]), textarea, select";
const kept = new WeakMap();
/** What was written in fields of a part that have not come back yet. */
const late = new WeakMap();
const DOES = ["hx-post", "hx-get", "href", "name", "value"];
const havingAttribute = (name, value) => `[${name}="${CSS.escape(value)}"]`;
/** A selector of an element by what it does; "" where nothing tells. */
const doing = (each) => DOES.filter((name) => each.hasAttribute(name)).map((name) => havingAttribute(name, each.getAttribute(name))).join("");
/** The selector of what has the focus in a part, and which of those it finds; null where nothing there has it. */
function focusIn(part) {
  const own = document.activeElement;
  if (!own || own === part || !part.contains(own)) return null;
  const selector = own.id ? havingAttribute("id", own.id) : doing(own) && own.localName + doing(own);
  return selector ? { selector, place: [...part.querySelectorAll(selector)].indexOf(own) } : null;
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const part = event.detail.target;
  if (!part.matches?.("[data-live]")) return;
  kept.set(part, {
    open: within(part, "details[open]").map((each) => each.id),
    focus: focusIn(part),
    written: [...within(part, FIELDS).filter((each) => now(each) !== before(each)).map((each) => [each.id, now(each), before(each)]), ...(late.get(part) ?? [])],
    at: window.scrollY,
  });
});

/** Write again what was written; back come those whose fields are not there yet. */
const rewritten = (written) => written.filter(([id, value, first]) => {
  const field = document.getElementById(id);
  if (!field) return true;
  if (before(field) !== first) return false; // what somebody else wrote there meanwhile is shown instead
  if (isMark(field)) field.checked = value;
  else field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  return false;
});

document.addEventListener("htmx:afterSwap", (event) => {
  const part = event.detail.target;
  const was = kept.get(part);
  if (!was) {
    const around = part.parentElement?.closest("[data-live]"); // a part in it that is asked for by itself
    if (around && late.has(around)) late.set(around, rewritten(late.get(around)));
    return;
  }
  kept.delete(part);
  for (const id of was.open) document.getElementById(id)?.setAttribute("open", "");
  late.set(part, rewritten(was.written));
  if (was.focus) part.querySelectorAll(was.focus.selector)[was.focus.place]?.focus({ preventScroll: true });
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
