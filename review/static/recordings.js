// A recording's page: steps are moved by keys, and what is open, written or focused outlasts what changes meanwhile.
"use strict";

const fields = () => [...document.querySelectorAll("#recording input[id]")];

/** What is to be as it was once the page has changed under the person's hands. */
let kept = null;

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "recording") return;
  kept = {
    open: [...document.querySelectorAll("#recording details[open][id]")].map((each) => each.id),
    focus: document.activeElement?.id || "",
    written: fields().filter((each) => each.value !== each.defaultValue).map((each) => [each.id, each.value, each.defaultValue]),
    at: window.scrollY,
  };
});

document.addEventListener("htmx:afterSwap", () => {
  if (!kept) return;
  const { open, focus, written, at } = kept;
  kept = null;
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  for (const [id, value, before] of written) {
    const field = document.getElementById(id);
    // What somebody else wrote there meanwhile is shown instead.
    if (field && field.defaultValue === before) field.value = value;
  }
  if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
  window.scrollTo(0, at);
});

// What was sent is not half written any more.
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  if (!(form instanceof HTMLFormElement) || !event.detail.successful) return;
  for (const field of form.querySelectorAll("input[id]")) {
    if (field.closest("#recording")) field.defaultValue = field.value;
  }
});

document.addEventListener("keydown", (event) => {
  const card = event.target instanceof HTMLElement && event.target.matches(".step") ? event.target : null;
  if (!card) return;
  const way = event.altKey && { ArrowUp: "up", ArrowDown: "down" }[event.key];
  if (way) {
    event.preventDefault();
    card.querySelector(`[data-does="${way}"]`).click();
  } else if (event.key === "Enter" && !event.altKey && !event.ctrlKey) {
    event.preventDefault();
    card.querySelector(".change > summary").click();
  }
});
