// What every page of the console does: notices, news of what changed, pictures that are gone, letters that press.
"use strict";

const LASTS_MS = 6000;
const notices = document.getElementById("notices");

/** Tell the person something; trouble stays until it is closed. */
function say(words, trouble = false) {
  const notice = document.createElement("div");
  notice.className = trouble ? "notice trouble" : "notice good";
  const text = document.createElement("span");
  text.className = "grow";
  text.textContent = words;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "plain";
  close.textContent = "✕";
  close.setAttribute("aria-label", "Close");
  close.addEventListener("click", () => notice.remove());
  notice.append(text, close);
  lift();
  notices.append(notice);
  if (!trouble) setTimeout(() => notice.remove(), LASTS_MS);
}
window.say = say;

/** Notices above everything: a dialog leaves nothing around it to be seen or pressed, so they are in the last that is open. */
function lift() {
  const around = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body;
  if (notices.parentElement !== around) around.append(notices);
  if (!notices.matches(":popover-open")) notices.showPopover();
}
new MutationObserver(() => { if (notices.childElementCount) lift(); }).observe(document.body, { subtree: true, attributeFilter: ["open"] });
// What an answer puts into a dialog takes the place of all that was there.
document.addEventListener("htmx:beforeSwap", (event) => { if (event.detail.target.contains?.(notices) && event.detail.target !== document.body) document.body.append(notices); });
document.addEventListener("htmx:afterSwap", () => { if (notices.childElementCount) lift(); });

// What an answer says. Not by htmx's own events, which are lost where news took the asking element away meanwhile.
document.addEventListener("htmx:beforeSend", (event) => {
  const { xhr } = event.detail;
  xhr.addEventListener("load", () => {
    const told = xhr.getResponseHeader("HX-Trigger");
    const { words, trouble } = (told && JSON.parse(told).said) || {};
    if (words) say(words, trouble);
    else if (xhr.status >= 400 && !told) say(xhr.responseText.slice(0, 300) || "The console refused that.", true);
  });
  xhr.addEventListener("error", () => say("The console does not answer. Is 'showonce review' still running?", true));
});

// A form that came by a moment before htmx saw it would be sent as a page of its own.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.hasAttribute("hx-post") || form["htmx-internal-data"]) return;
  event.preventDefault();
  htmx.process(form);
  form.requestSubmit(event.submitter);
}, true);

// Where the bar has no room for all rooms, it shows the one that one is in.
const rooms = document.querySelector(".bar nav");
const here = rooms?.querySelector("[aria-current]");
if (here) rooms.scrollLeft = here.offsetLeft - rooms.offsetLeft - (rooms.clientWidth - here.offsetWidth) / 2;

// News: a part of a page with hx-trigger="news:runs from:body" asks again when runs changed. What is in it is replaced, not
// itself (hx-select="#id > *"): what htmx still has to ask for hangs on the element, and would be lost with it.
function listen() {
  const line = document.getElementById("line");
  const source = new EventSource(`/events?since=${document.body.dataset.since}`);
  source.addEventListener("open", () => { line.textContent = ""; });
  source.addEventListener("message", (event) => {
    for (const topic of event.data.split(" ")) htmx.trigger(document.body, `news:${topic}`);
  });
  source.addEventListener("error", () => {
    line.textContent = "Not connected; trying again…";
  });
  addEventListener("pagehide", () => source.close());
}
if (document.querySelector("[data-live]")) listen();

// A picture that is not kept any more is said in its place. One that shows others after it (data-stays) sees to itself.
document.addEventListener("error", (event) => {
  const picture = event.target;
  if (!(picture instanceof HTMLImageElement) || picture.hasAttribute("data-stays")) return;
  const box = document.createElement("div");
  box.className = "missing";
  box.textContent = picture.dataset.missing || "This picture is not kept any more.";
  picture.replaceWith(box);
}, true);

/** Whether keys are for a field now, and not for the page. */
function typing(event) {
  const at = event.target;
  return event.ctrlKey || event.metaKey || event.altKey || event.isComposing
    || (at instanceof HTMLElement && (at.isContentEditable || at.matches("input:not([type=checkbox], [type=radio], [type=range]), textarea, select")));
}
window.typing = typing;

// A letter presses the control that names it: data-key="a".
document.addEventListener("keydown", (event) => {
  if (typing(event) || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const control = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === event.key && !each.disabled && each.offsetParent !== null);
  if (control) {
    event.preventDefault();
    control.click();
  }
});

// In a list with data-list, j and k go from one [data-entry] to the next, Enter opens its first link.
document.addEventListener("keydown", (event) => {
  const list = document.querySelector("[data-list]");
  if (!list || typing(event) || !["j", "k"].includes(event.key) || document.querySelector("dialog[open]")) return;
  const links = [...list.querySelectorAll("[data-entry]")];
  const at = links.findIndex((link) => link === document.activeElement);
  const next = links[event.key === "j" ? Math.min(at + 1, links.length - 1) : Math.max(at - 1, 0)];
  if (next) {
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }
});

// A dialog is opened by a button that names it: data-opens="id"; data-closes closes the one around it.
document.addEventListener("click", (event) => {
  const at = event.target instanceof Element ? event.target.closest("[data-opens], [data-closes]") : null;
  if (!at) return;
  if (at.dataset.opens) document.getElementById(at.dataset.opens)?.showModal();
  else at.closest("dialog")?.close();
});
