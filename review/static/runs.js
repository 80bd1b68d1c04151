// A run's steps, large: before and after, beside the demonstration, slid over it, what differs, and played like a film.
"use strict";

const viewer = document.getElementById("viewer");
const under = document.getElementById("viewer-under");
const over = document.getElementById("viewer-over");
const stage = document.getElementById("viewer-stage");
const slider = document.getElementById("viewer-slider");
const playing = document.getElementById("viewer-play");
let at = 0;
let mode = "run";
let timer = 0;

const NEEDS = { run: ["picture"], after: ["after"], demo: ["demo"], beside: ["demo", "picture"], slide: ["demo", "picture"], difference: ["difference"] };
const NOTES = {
  run: "The page just before the step.",
  after: "The page when the step had been done.",
  demo: "What the person saw when the task was shown.",
  beside: "The demonstration, and the run.",
  slide: "Pull the slider: left of it is the run, right of it the demonstration.",
  difference: "Framed in red: what is other than in the demonstration.",
};

/** The steps as they stand on the page now: a run under way brings more. */
function frames() {
  return [...document.querySelectorAll("[data-frame]")];
}

function open(number) {
  at = Math.max(0, Math.min(number, frames().length - 1));
  if (!viewer.open) viewer.showModal();
  show();
}

function show() {
  const frame = frames()[at];
  if (!frame) return;
  const facts = frame.dataset;
  const can = (each) => NEEDS[each].every((need) => facts[need]);
  const shown = can(mode) ? mode : can("run") ? "run" : can("demo") ? "demo" : "";
  document.getElementById("viewer-words").textContent = facts.words;
  for (const button of viewer.querySelectorAll("[data-mode]")) {
    button.disabled = !can(button.dataset.mode);
    button.setAttribute("aria-pressed", String(button.dataset.mode === shown));
  }
  const [first, second] = shown ? NEEDS[shown].map((need) => facts[need]) : [];
  place(under, first);
  place(over, second);
  stage.classList.toggle("beside", shown === "beside");
  slider.hidden = shown !== "slide";
  slide();
  document.getElementById("viewer-note").textContent = shown ? NOTES[shown] : "There is no picture of this step.";
}

function place(image, address) {
  image.hidden = !address;
  if (address && image.getAttribute("src") !== address) image.src = address;
}

function slide() {
  over.style.clipPath = slider.hidden ? "" : `inset(0 ${100 - slider.value}% 0 0)`;
}

function play(on) {
  clearTimeout(timer);
  playing.setAttribute("aria-pressed", String(on));
  playing.textContent = on ? "❚❚ Pause" : "▶ Play";
  if (!on) return;
  const speed = Number(document.getElementById("viewer-speed").value);
  timer = setTimeout(() => {
    if (at + 1 >= frames().length) return play(false);
    open(at + 1);
    play(true);
  }, Number(frames()[at]?.dataset.ms || 500) / speed);
}

viewer.addEventListener("close", () => {
  play(false);
  const frame = frames()[at];
  frame?.focus();
  if (frame) history.replaceState(null, "", `#${frame.id}`);
});
viewer.addEventListener("keydown", (event) => {
  if (event.target === slider && event.key.startsWith("Arrow")) return;
  if (event.key === "ArrowRight" || event.key === "j") open(at + 1);
  else if (event.key === "ArrowLeft" || event.key === "k") open(at - 1);
  else if (event.key === "p") play(playing.getAttribute("aria-pressed") !== "true");
  else if (event.key === "a" || event.key === "r") document.querySelector(`form button[data-key="${event.key}"]`)?.click();
  else return;
  event.preventDefault();
});
viewer.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-mode]");
  if (!chosen) return;
  mode = chosen.dataset.mode;
  show();
});
slider.addEventListener("input", slide);
playing.addEventListener("click", () => play(playing.getAttribute("aria-pressed") !== "true"));
document.getElementById("viewer-next").addEventListener("click", () => open(at + 1));
document.getElementById("viewer-previous").addEventListener("click", () => open(at - 1));

document.addEventListener("click", (event) => {
  const large = event.target.closest("[data-large]");
  if (large) open(frames().indexOf(large.closest("[data-frame]")));
  if (event.target.closest("[data-play]")) {
    mode = "run";
    open(0);
    play(true);
  }
});
document.addEventListener("keydown", (event) => {
  if (viewer.open || window.typing(event)) return;
  const frame = document.activeElement?.closest?.("[data-frame]");
  const number = frames().indexOf(frame);
  if (event.key === "Enter" && document.activeElement === frame) open(number);
  else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
    const next = frames()[Math.max(0, number + (event.key === "ArrowRight" ? 1 : -1))];
    next?.focus();
    next?.scrollIntoView({ block: "start" });
  } else return;
  event.preventDefault();
});
document.addEventListener("focusin", () => {
  const frame = document.activeElement?.closest?.("[data-frame]");
  for (const link of document.querySelectorAll(".strip a")) link.classList.toggle("at", frame ? link.hash === `#${frame.id}` : false);
});
