// What a live page asks of the person: a dialog, a file, an option of a list. Each is asked once, and answered here.
"use strict";

/** Show what the page asks now; `send` tells the screen the answer. */
function showAsks(state, send, place) {
  showOne("page-says", state.dialog, () => askDialog(state.dialog, send));
  showOne("page-files", state.files, () => askFiles(state.files, send, place));
  showOne("page-list", state.list, () => askOption(state.list, send));
}

function showOne(id, asked, begin) {
  const dialog = document.getElementById(id);
  const number = asked ? String(asked.ask) : "";
  if ((dialog.dataset.ask ?? "") === number) return;
  dialog.dataset.ask = number;
  if (dialog.open) dialog.close();
  if (!asked) {
    document.getElementById("hands").focus();
    return;
  }
  begin();
  dialog.showModal();
}

function askDialog({ ask, type, message, text }, send) {
  const words = { beforeunload: "Leave this page? What was entered may not be saved." };
  document.getElementById("page-says-words").textContent = words[type] ?? message;
  const input = document.getElementById("page-says-text");
  input.value = text;
  document.getElementById("page-says-answer").hidden = type !== "prompt";
  document.getElementById("page-says-no").hidden = type === "alert";
  const answer = (accept) => send({ kind: "answer", ask, accept, text: type === "prompt" ? input.value : "" });
  document.getElementById("page-says-yes").onclick = () => answer(true);
  document.getElementById("page-says-no").onclick = () => answer(false);
  const dialog = document.getElementById("page-says");
  dialog.querySelector("form").onsubmit = (event) => { event.preventDefault(); answer(true); };
  dialog.oncancel = (event) => { event.preventDefault(); answer(type === "alert"); };
}

function askFiles({ ask, many }, send, { uploads, hand = "" }) {
  const input = document.getElementById("page-files-input");
  input.value = "";
  input.multiple = many;
  input.onchange = async () => {
    const form = new FormData();
    for (const file of input.files) form.append("file", file);
    const headers = { "X-Showonce-Stamp": document.querySelector("meta[name=stamp]").content, "X-Showonce-Hand": hand };
    const answer = await fetch(`${uploads}${ask}`, { method: "POST", headers, body: form });
    if (!answer.ok) window.say(await answer.text(), true);
  };
  const none = () => send({ kind: "nofiles", ask });
  document.getElementById("page-files-no").onclick = none;
  document.getElementById("page-files").oncancel = (event) => { event.preventDefault(); none(); };
}

function askOption({ ask, at, options }, send) {
  const place = document.getElementById("page-list-options");
  const pick = (option) => send({ kind: "pick", ask, option });
  place.replaceChildren(...options.map(({ text, off }, number) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text || "(empty)";
    button.disabled = off;
    button.autofocus = number === at;
    button.setAttribute("aria-pressed", String(number === at));
    button.addEventListener("click", () => pick(number));
    return button;
  }));
  place.onkeydown = (event) => {
    const next = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (!next) return;
    event.preventDefault();
    let to = document.activeElement[next];
    while (to?.disabled) to = to[next];
    to?.focus();
  };
  document.getElementById("page-list-no").onclick = () => pick(null);
  document.getElementById("page-list").oncancel = (event) => { event.preventDefault(); pick(null); };
}
