// A live page: its frames drawn, its tabs and address, and the socket that all of it goes through.
/* global showAsks, listenToHands */
"use strict";

const teach = document.getElementById("teach");
const canvas = document.getElementById("page");
const covered = document.getElementById("covered");
const hands = document.getElementById("hands");
const HEAD_BYTES = 12;
const AGAIN_MS = 1000;
let size = { width: Number(teach.dataset.width), height: Number(teach.dataset.height) };
let socket = null;
let drawing = Promise.resolve();

let sent = 0;
function tell(message) {
  if (socket?.readyState !== WebSocket.OPEN) return;
  socket.send(JSON.stringify(message));
  if (message.kind !== "shown") sent += 1; // tests wait until all of it is done
}

function connect() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  socket = new WebSocket(`${scheme}://${location.host}${teach.dataset.socket}`);
  socket.binaryType = "arraybuffer";
  socket.addEventListener("message", ({ data }) => {
    if (typeof data === "string") showState(JSON.parse(data));
    else drawing = drawing.then(() => draw(data)).catch(() => {});
  });
  socket.addEventListener("close", ({ code }) => {
    if (code === 1008) location.reload();
    cover("The console does not answer; trying again…");
    setTimeout(connect, AGAIN_MS);
  });
}

async function draw(data) {
  const head = new DataView(data, 0, HEAD_BYTES);
  const frame = head.getUint32(0, true);
  const picture = await createImageBitmap(new Blob([data.slice(HEAD_BYTES)], { type: "image/jpeg" }));
  size = { width: head.getFloat32(4, true), height: head.getFloat32(8, true) };
  if (canvas.width !== picture.width || canvas.height !== picture.height) {
    canvas.width = picture.width;
    canvas.height = picture.height;
  }
  canvas.getContext("2d").drawImage(picture, 0, 0);
  picture.close();
  canvas.dataset.frame = frame;
  cover("");
  tell({ kind: "shown", frame });
}

function showState(state) {
  if (state.stage === "saved") location.assign(`/recordings/${encodeURIComponent(state.name)}`);
  else if (state.stage === "over") location.assign(teach.dataset.over);
  else if (state.stage === "trying") cover("Trying what you showed, in another browser; then it is saved…");
  else if (state.stage !== "showing") location.reload();
  if (state.stage !== "showing") return;
  showTabs(state.tabs);
  const where = document.getElementById("where");
  if (document.activeElement !== where) where.value = state.address;
  const trouble = document.getElementById("page-trouble");
  trouble.textContent = state.trouble;
  trouble.hidden = !state.trouble;
  if (state.yours) showAsks(state, tell, teach.dataset);
  document.dispatchEvent(new CustomEvent("live", { detail: state }));
  takeCopied(state.copied);
}

let copied = null;
/** What was copied in the page comes into this computer's clipboard, where it was copied from here. */
function takeCopied(told) {
  const before = copied;
  copied = told?.number ?? 0;
  if (before === null || !told || copied === before || document.activeElement !== hands) return;
  navigator.clipboard.writeText(told.text).then(
    () => window.say("Copied."),
    () => window.say("The browser does not let this page write to the clipboard.", true),
  );
}

function showTabs(tabs) {
  document.getElementById("tabs").replaceChildren(...tabs.flatMap((tab, number) => {
    const name = button(tab.title || "New tab", () => { tell({ kind: "front", tab: number }); });
    name.setAttribute("aria-pressed", String(tab.front));
    if (tabs.length === 1) return [name];
    const close = button("✕", () => { tell({ kind: "close", tab: number }); });
    close.setAttribute("aria-label", `Close ${tab.title}`);
    return [name, close];
  }));
}

function button(words, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "plain";
  made.textContent = words;
  made.addEventListener("click", press);
  return made;
}

function cover(words) {
  covered.textContent = words;
  covered.hidden = !words;
}

document.getElementById("go").addEventListener("submit", (event) => {
  event.preventDefault();
  const address = document.getElementById("where").value.trim();
  if (address) tell({ kind: "go", address });
  hands.focus();
});
for (const turn of document.querySelectorAll("[data-turn]")) {
  turn.addEventListener("click", () => { tell({ kind: "turn", to: turn.dataset.turn }); });
}
listenToHands(hands, () => size, tell, () => { document.querySelector("#controls button").focus(); });
connect();
