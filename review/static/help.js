// Helping a run: what could be meant is outlined in the live page, and the right element is pointed at.
"use strict";

(() => {
  const help = document.getElementById("teach");
  const live = document.getElementById("live");
  const field = document.getElementById("hands");
  const pointing = document.getElementById("point");
  const spot = document.getElementById("spot");
  const left = document.getElementById("left");
  const candidates = [...document.querySelectorAll("[data-candidate]")];
  const TICK_MS = 1000;
  const MINUTE_S = 60;
  const EDGE = 0.08;
  let until = 0;

  document.addEventListener("live", ({ detail }) => {
    until = Date.now() + detail.left_s * TICK_MS;
    tick();
    document.getElementById("not-yours").hidden = detail.yours;
    field.disabled = !detail.yours;
    for (const button of document.querySelectorAll(".panel button, #stop [name=answer]")) button.disabled = !detail.yours;
  });

  function tick() {
    if (!until) return;
    const seconds = Math.max(0, Math.round((until - Date.now()) / TICK_MS));
    left.textContent = seconds > MINUTE_S ? `${Math.ceil(seconds / MINUTE_S)} min left` : `${seconds} s left`;
  }
  setInterval(tick, TICK_MS);

  // Outlines are where the elements were when the run stopped: once the person acts, they may be elsewhere.
  function outline({ x, y, width, height }, words, chosen) {
    const size = { width: Number(help.dataset.width), height: Number(help.dataset.height) };
    const box = document.createElement("div");
    box.className = `outline${chosen ? " chosen" : ""}${x < size.width * EDGE ? " at-edge" : ""}`;
    Object.assign(box.style, {
      left: `${(x / size.width) * 100}%`, top: `${(y / size.height) * 100}%`,
      width: `${(width / size.width) * 100}%`, height: `${(height / size.height) * 100}%`,
    });
    const label = document.createElement("span");
    label.textContent = words;
    box.append(label);
    box.setAttribute("aria-hidden", "true");
    live.append(box);
  }
  function clear(chosen) {
    for (const box of live.querySelectorAll(chosen ? ".outline.chosen" : ".outline")) box.remove();
  }
  const boxOf = ({ dataset }) => ({ x: Number(dataset.x), y: Number(dataset.y), width: Number(dataset.width), height: Number(dataset.height) });
  const isSeen = (box) => box.width > 0 && box.height > 0;
  candidates.forEach((each, number) => {
    const box = boxOf(each);
    if (isSeen(box)) outline(box, String(number + 1), false);
    else each.querySelector("[data-spot]").hidden = true;
    each.querySelector("[data-spot]").addEventListener("click", () => ask(box.x + box.width / 2, box.y + box.height / 2));
  });
  for (const kind of ["mousedown", "wheel", "turned", "keydown", "paste"]) {
    field.addEventListener(kind, () => {
      if (isPointing()) return;
      clear(false);
      for (const each of candidates) each.querySelector("[data-spot]").hidden = true;
    });
  }

  const isPointing = () => pointing?.getAttribute("aria-pressed") === "true";
  function point(on) {
    pointing.setAttribute("aria-pressed", String(on));
    pointing.textContent = on ? "Press it in the page…" : "Point at the element";
    help.dataset.status = on ? "pointing" : "";
  }
  function ask(x, y) {
    spot.elements.x.value = x;
    spot.elements.y.value = y;
    spot.requestSubmit();
  }
  pointing?.addEventListener("click", () => { point(!isPointing()); });
  addEventListener("keydown", (event) => { if (event.key === "Escape" && isPointing()) point(false); });
  // The press that points is no press in the page: it is kept from whoever hears the hands.
  for (const kind of ["pointerdown", "pointerup", "mousedown", "mouseup", "click"]) {
    live.addEventListener(kind, (event) => {
      if (!isPointing() || event.pointerType === "touch" && kind !== "click") return; // fingers may turn the wheel first
      event.stopPropagation();
      event.preventDefault();
      if (kind !== "click") return;
      const box = field.getBoundingClientRect();
      point(false);
      ask(((event.clientX - box.left) / box.width) * Number(help.dataset.width), ((event.clientY - box.top) / box.height) * Number(help.dataset.height));
    }, true);
  }
  document.addEventListener("htmx:afterSwap", ({ target }) => {
    const form = target.querySelector?.(".pointed");
    if (!form) return;
    clear(true);
    if (form.dataset.x) outline(boxOf(form), "this", true);
    form.scrollIntoView({ block: "nearest" });
    form.querySelector("button").focus();
  });
})();
