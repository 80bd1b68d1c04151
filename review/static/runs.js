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
let seen = ""; // the mode that is shown, which may be another where this step has no picture for it
let timer = 0;

const NEEDS = { run: ["picture"], after: ["after"], demo: ["demo"], beside: ["demo", "picture"], slide: ["demo", "picture"], difference: ["difference"] };
const NOTES = {
  run: "The page just before the step.",
  after: "The page when the step had been done.",
  demo: "What the person saw when the task was shown.",
  beside: "The demonstration, and the run.",
  slide: "Pull the slider: left of it is the run, right of it the demonstration.",
  difference: "Compared with the demonstration. A whole red line is around what changed, a dashed blue one around what is the same and only moved, and the place it left.",
};

const UNTOLD = "What differs is not marked here: the page was drawn at half its size, so that no letter looks as in the demonstration, or one of the two pictures is not kept any more. A run that is asked for pictures with differences marked has them. 'Beside' and 'Slider' show both.";

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
  const shown = seen = can(mode) ? mode : can("run") ? "run" : can("demo") ? "demo" : "";
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
  document.getElementById("cover-whose").textContent = shown !== "after" ? "this step" : facts.afterStep === "(end)" ? "the picture of the end" : "the step after this one, whose picture it is,";
  const instead = shown === "demo" && mode !== "demo" ? "No picture was taken of this step: this is the demonstration's, not this run's." : "";
  document.getElementById("viewer-note").textContent = instead || (shown ? NOTES[shown] : "There is no picture of this step.");
}

/** Show a picture, or none; the words beside it stand in for one that is not kept any more. */
function place(image, address) {
  const gone = image.nextElementSibling;
  if (!address) image.removeAttribute("src");
  else if (image.getAttribute("src") !== address) image.src = address;
  else return;
  image.hidden = !address;
  gone.hidden = true;
}

for (const image of [under, over]) {
  image.addEventListener("error", () => {
    image.hidden = true;
    image.nextElementSibling.textContent = seen === "difference" ? UNTOLD : "This picture is not kept any more.";
    image.nextElementSibling.hidden = false;
  });
}

function slide() {
  over.style.clipPath = slider.hidden ? "" : `inset(0 ${100 - slider.value}% 0 0)`;
}

/** The next step of which this run has a picture: a film shows nothing else. */
function pictured(from) {
  return frames().findIndex((frame, number) => number >= from && frame.dataset.picture);
}

function play(on) {
  clearTimeout(timer);
  playing.setAttribute("aria-pressed", String(on));
  playing.textContent = on ? "❚❚ Pause" : "▶ Play";
  if (!on) return;
  const speed = Number(document.getElementById("viewer-speed").value);
  timer = setTimeout(() => {
    const next = pictured(at + 1);
    if (next < 0) return play(false);
    open(next);
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
  if (window.typing(event) || (event.target === slider && event.key.startsWith("Arrow"))) return;
  if (event.key === "ArrowRight" || event.key === "j") open(at + 1);
  else if (event.key === "ArrowLeft" || event.key === "k") open(at - 1);
  else if (event.key === "p") play(playing.getAttribute("aria-pressed") !== "true");
  else if (["a", "r", "u"].includes(event.key)) document.querySelector(`form button[data-key="${event.key}"]`)?.click();
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
    const first = pictured(0);
    if (first < 0) return window.say("No pictures were taken in this run. Pictures: of every step, asks for them when one begins.", true);
    mode = "run";
    open(first);
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

// A part of the picture that reports must not show: dragged, or said in percent.
const cover = document.getElementById("viewer-cover");
let from = null;
let dragged = under;

/** Where the pointer is, in percent of the picture that is dragged across, which may leave room at its side. */
function placeOf(event) {
  const box = dragged.getBoundingClientRect();
  const scale = Math.min(box.width / dragged.naturalWidth, box.height / dragged.naturalHeight);
  const wide = dragged.naturalWidth * scale;
  const left = box.left + (box.width - wide) / 2;
  const within = (value) => Math.min(100, Math.max(0, value));
  return { x: within((event.clientX - left) / wide * 100), y: within((event.clientY - box.top) / (dragged.naturalHeight * scale) * 100) };
}

function say4(to) {
  const sides = { x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), width: Math.abs(to.x - from.x), height: Math.abs(to.y - from.y) };
  for (const [name, value] of Object.entries(sides)) document.getElementById(`cover-${name}`).value = value.toFixed(1);
}

/** A change asked for by hand, and what the answer says. */
async function send(address, values) {
  const headers = { "X-Showonce-Stamp": document.querySelector("meta[name=stamp]").content };
  const answer = await fetch(address, { method: "POST", headers, body: new URLSearchParams(values) });
  const { words, trouble } = JSON.parse(answer.headers.get("HX-Trigger") || "{}").said || { words: await answer.text() };
  window.say(words, trouble || !answer.ok);
}

stage.addEventListener("dragstart", (event) => event.preventDefault());
stage.addEventListener("pointerdown", (event) => {
  dragged = seen === "beside" && event.target === over ? over : under;
  if (!cover.open || dragged.hidden || !dragged.naturalWidth) return;
  from = placeOf(event);
  stage.setPointerCapture(event.pointerId);
});
stage.addEventListener("pointermove", (event) => { if (from) say4(placeOf(event)); });
stage.addEventListener("pointerup", () => { from = null; });
cover.addEventListener("click", (event) => {
  const act = event.target.closest("[data-cover]");
  const frame = frames()[at];
  if (!act || !frame) return;
  const form = cover.querySelector("form");
  if (act.dataset.cover === "hide" && !form.reportValidity()) return;
  const values = act.dataset.cover === "hide" ? Object.fromEntries(new FormData(form)) : {};
  const whose = seen === "after" ? frame.dataset.afterStep : frame.dataset.step; // of whose picture the part was seen
  send(`${location.pathname}/cover/${encodeURIComponent(whose)}`, values);
});
