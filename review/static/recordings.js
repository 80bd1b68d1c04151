// A recording's page: steps are moved and opened by keys, and a list of choices is left for another one.
"use strict";

document.addEventListener("keydown", (event) => {
  const card = event.target instanceof HTMLElement && event.target.matches(".step") ? event.target : null;
  if (!card) return;
  const way = event.altKey && { ArrowUp: "up", ArrowDown: "down" }[event.key];
  if (way) {
    event.preventDefault();
    card.querySelector(`[data-does="${way}"]`)?.click();
  } else if (event.key === "Enter" && !event.altKey && !event.ctrlKey) {
    event.preventDefault();
    card.querySelector(".change > summary")?.click();
  }
});

document.addEventListener("change", ({ target }) => {
  const other = target instanceof HTMLSelectElement && document.getElementById(target.dataset.other ?? "");
  if (!other) return;
  const another = target.selectedOptions[0].dataset.another !== undefined;
  other.hidden = other.disabled = !another;
  if (another) other.focus();
});
