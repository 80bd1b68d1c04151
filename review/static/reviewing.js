// In the queue, a and r decide on the pile that the focus is in; the next one takes the focus.
"use strict";

document.addEventListener("keydown", (event) => {
  if (window.typing(event) || !["a", "r"].includes(event.key)) return;
  const pile = document.activeElement?.closest("[data-pile]");
  if (!pile) return;
  event.preventDefault();
  const at = [...document.querySelectorAll("[data-pile]")].indexOf(pile);
  pile.querySelector(`button[value="${event.key === "a" ? "accepted" : "refused"}"]`).click();
  document.body.addEventListener("htmx:afterSettle", () => {
    const left = document.querySelectorAll("[data-pile] [data-entry]");
    left[Math.min(at, left.length - 1)]?.focus();
  }, { once: true });
});
