// The panel's page: shows the steps as they are told, and sends what is asked. It decides nothing.
"use strict";

const stamp = document.querySelector("meta[name=stamp]").content;
const byId = (id) => document.getElementById(id);
const ICONS = {
  navigate: "go", click: "click", drag: "drag", fill: "type", type: "type", select: "choose", check: "check", press: "type",
  upload: "file", scroll: "scroll", wheel: "scroll", hover: "hover", assert: "must", equals: "equals", read: "read",
  read_rows: "rows",
};
const STATUS = { recording: "Recording", paused: "Paused", pointing: "Waiting for you to point", ended: "Finished" };
const POINT = {
  assert: "Press the text that must be there.",
  equals: "Press the value that must be the same.",
  read: "Press the value that each run shall read.",
  rows: "Press a cell, a row or an item of the list that each run shall read.",
  next: "Press what leads to the next page of the list.",
};
/** What is pointed at for, by the command that asks for it. */
const POINTS = { check: "assert", equals: "equals", read: "read", rows: "rows", next: "next" };
const ASKS = {
  note: { label: "Note on the last step", action: "Save" },
};
let shown = [];
let asking = "";
/** How many steps there were when a value to read was pointed at; its name is asked for when it has come. */
let stepsThen = null;

function element(tag, className, ...inside) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...inside);
  return made;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** What stands in quotes is the page's or the person's own: it is what to look for. */
function words(text) {
  return text.split(/('[^']*')/).map((part) => (/^'.*'$/.test(part) ? element("b", "", part.slice(1, -1)) : part));
}

function chip({ text, name, kind }) {
  if (kind === "secret") return element("span", "chip secret", icon("secret"), `secret ${name}`);
  if (kind === "read") return element("span", "chip read", icon("read"), name);
  return element("span", "chip", `input ${name}`);
}

function stepItem(step, number, isNew) {
  const secret = step.values.some((value) => value.kind === "secret");
  const group = { assert: "check", equals: "check", read: "read", read_rows: "read" }[step.kind] ?? (secret ? "secret" : "act");
  const item = element("li", `of-${group}${isNew ? " new" : ""}`);
  item.append(element("span", "mark", icon(ICONS[step.kind] ?? "click")), element("span", "words", ...words(step.words)));
  item.append(element("span", "number", String(number)));
  const chips = step.values.filter((value) => value.name).map(chip);
  if (step.tab) chips.push(element("span", "chip", `tab ${step.tab + 1}`));
  if (step.note) chips.push(element("span", "note", step.note));
  if (step.doubt) chips.push(doubtful(step.doubt));
  if (chips.length) item.append(element("span", "more", ...chips));
  return item;
}

function doubtful({ why, sure }) {
  const head = element("b", "", sure ? "Not the same when tried" : "Not the same when tried; trying other ways");
  return element("span", "doubt", icon("warn"), element("span", "", head, element("span", "", why)));
}

function showSteps(steps) {
  const list = byId("steps");
  for (const [place, step] of steps.entries()) {
    const text = JSON.stringify(step);
    if (text === shown[place]) continue;
    const item = stepItem(step, place + 1, place >= shown.length);
    if (list.children[place]) list.children[place].replaceWith(item);
    else list.append(item);
  }
  while (list.children.length > steps.length) list.lastElementChild.remove();
  tellNews(steps);
  shown = steps.map((step) => JSON.stringify(step));
  byId("empty").hidden = steps.length > 0;
  byId("count").textContent = steps.length === 1 ? "1 step" : `${steps.length} steps`;
  stayAtEnd();
}

/** The last step stays in sight, also where the controls take more room, unless the person scrolled back to earlier ones. */
const scroller = document.querySelector("[data-scroller]") ?? document.querySelector("main");
let atEnd = true;
function stayAtEnd() {
  if (atEnd) scroller.scrollTop = scroller.scrollHeight;
}
new ResizeObserver(stayAtEnd).observe(scroller);
scroller.addEventListener("wheel", noteScroll, { passive: true });
scroller.addEventListener("scrollend", noteScroll, { passive: true });
function noteScroll() {
  atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;
}

/** Told to those who hear the page: the last step once it has settled, so that typing is not told letter by letter. */
let news = 0;
function tellNews(steps) {
  const last = steps.at(-1);
  const doubted = steps.findIndex((step, place) => step.doubt && !isDoubted(shown[place]));
  if (doubted < 0 && steps.length === shown.length && (!last || JSON.stringify(last) === shown.at(-1))) return;
  clearTimeout(news);
  const taken = steps.length < shown.length;
  let text = taken ? `Taken back; ${steps.length} steps left.` : `Step ${steps.length}: ${last.words}`;
  if (doubted >= 0) text = `Step ${doubted + 1} did not come out the same when tried: ${steps[doubted].doubt.why}`;
  news = setTimeout(() => { byId("news").textContent = text; }, taken ? 0 : 600);
}

function isDoubted(text) {
  return text !== undefined && JSON.parse(text).doubt !== null;
}

function showWarnings(warnings) {
  const place = byId("warnings");
  place.hidden = warnings.length === 0;
  if (place.children.length === warnings.length) return;
  const told = warnings.map((text) => element("p", "", icon("warn"), element("span", "", text)));
  place.replaceChildren(...told);
  place.scrollTop = place.scrollHeight;
}

function showStatus(status, purpose) {
  document.body.dataset.status = status;
  byId("status").lastElementChild.textContent = STATUS[status];
  byId("pointing").hidden = status !== "pointing";
  byId("pointing-what").textContent = POINT[purpose] ?? "";
  for (const button of document.querySelectorAll("#controls button")) {
    const { command } = button.dataset;
    const on = command === "pause" ? status === "paused" : POINTS[command] && POINTS[command] === purpose;
    if (on !== undefined) button.setAttribute("aria-pressed", String(on));
  }
  const pause = document.querySelector("[data-command=pause]");
  pause.querySelector("span").textContent = status === "paused" ? "Resume" : "Pause";
  pause.querySelector("use").setAttribute("href", status === "paused" ? "#i-resume" : "#i-pause");
}

function show({ name, status, purpose, steps, warnings, said, reading }) {
  document.title = `${STATUS[status]}: ${name}`;
  byId("name").textContent = name;
  showStatus(status, purpose);
  showSteps(steps);
  showWarnings(warnings);
  showReading(status === "ended" ? null : reading, said.trouble);
  if (purpose === "read") stepsThen ??= steps.length;
  else askName(steps.length, reading);
  showSaid(said.words, said.trouble);
}

/** Once a value was pointed at, the person is asked what to call it; they may as well go on in the page. */
function askName(count, reading) {
  const came = stepsThen !== null && count > stepsThen && reading?.purpose === "read";
  stepsThen = null;
  if (came) startNaming();
}

function showSaid(text, trouble) {
  const place = byId("said");
  if (place.textContent !== text) place.textContent = text;
  place.classList.toggle("trouble", trouble);
}

async function send(command, text = "") {
  const headers = { "Content-Type": "application/json", "X-Showonce-Stamp": stamp };
  try {
    const answer = await fetch("do", { method: "POST", headers, body: JSON.stringify({ command, text }) });
    if (!answer.ok) showSaid(await answer.text(), true);
  } catch {
    end();
  }
}

function press(command) {
  if (ASKS[command]) ask(command);
  else send(command);
}

function ask(command) {
  asking = command;
  byId("ask").hidden = false;
  byId("ask-label").textContent = ASKS[command].label;
  byId("ask-do").textContent = ASKS[command].action;
  byId("text").value = "";
  byId("text").focus();
}

function leaveAsking() {
  byId("ask").hidden = true;
  document.querySelector(`#controls [data-command=${asking}]`)?.focus();
  asking = "";
}

function onSubmit(event) {
  event.preventDefault();
  const command = asking;
  const text = byId("text").value;
  leaveAsking();
  send(command, text);
}

function onKey(event) {
  if (event.key === "Escape") {
    if (asking) leaveAsking();
    else if (document.body.dataset.status === "pointing") send("cancel");
    return;
  }
  if (asking || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest("#reading") && event.target.matches("input:not([type=checkbox]),select")) return;
  const button = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!button || document.body.dataset.status === "ended") return;
  event.preventDefault();
  press(button.dataset.command);
}

function end() {
  showStatus("ended", "");
  document.title = "Finished";
  showSaid("The recording is over; this window can be closed.", false);
}

const told = new EventSource("steps");
told.onmessage = (event) => { show(JSON.parse(event.data)); };
told.addEventListener("ended", () => { told.close(); end(); });
told.onerror = () => { told.close(); end(); };
byId("ask").addEventListener("submit", onSubmit);
byId("ask-leave").addEventListener("click", leaveAsking);
document.addEventListener("keydown", onKey);
for (const button of document.querySelectorAll("[data-command]")) {
  button.addEventListener("click", () => { press(button.dataset.command); });
}
