// Every kind of widget, each in its smallest honest form; `__state` is what all of them came to.
const byId = (id) => document.getElementById(id);
const item = (text, facts = {}) => Object.assign(document.createElement("li"), { textContent: text, ...facts });

byId("hidden").onclick = () => note("in the details");
byId("opens").onclick = () => byId("dialog").showModal();
byId("dialog").onclose = () => note("dialog", byId("dialog").returnValue, byId("code").value);
byId("alert").onclick = () => { alert("Hello"); note("alerted"); };
byId("confirm").onclick = () => note("confirmed", confirm("Sure?"));
byId("prompt").onclick = () => note("prompted", prompt("Name?", "nobody"));
let pushed = 0;
byId("push").onclick = (event) => { event.preventDefault(); pushed += 1; history.pushState({}, "", `?at=${pushed}`); };
byId("back").onclick = () => { if (pushed > 0) { pushed -= 1; history.back(); } };
byId("popup").onclick = () => { open("saved.html"); };
byId("double").ondblclick = () => note("double");
byId("first").onclick = () => note("first");
byId("second").onclick = () => note("second");

const marks = [];
let line = null;
byId("paper").onpointerdown = (event) => { line = [event.offsetX, event.offsetY]; byId("paper").setPointerCapture(event.pointerId); };
byId("paper").onpointerup = (event) => {
  if (line) marks.push([...line, event.offsetX, event.offsetY].map((n) => Math.round(n / 4)).join(","));
  line = null;
};

let zoom = 0;
byId("zoom").addEventListener("wheel", (event) => { event.preventDefault(); zoom += Math.sign(event.deltaY); }, { passive: false });
byId("zoom").onkeydown = (event) => { if (event.key === "ArrowUp" || event.key === "ArrowDown") zoom += event.key === "ArrowUp" ? -10 : 10; };

function drawRows() {
  const first = Math.floor(byId("rows").scrollTop / 24);
  byId("tall").replaceChildren(...[0, 1, 2, 3, 4].map((n) => {
    const row = Object.assign(document.createElement("div"), { textContent: `Row ${first + n}`, onclick: () => note("row", first + n) });
    Object.assign(row.style, { position: "absolute", top: `${(first + n) * 24}px`, height: "24px", width: "150px" });
    return row;
  }));
}
byId("rows").onscroll = drawRows;
drawRows();

byId("menu").oncontextmenu = (event) => {
  event.preventDefault();
  Object.assign(byId("choices").style, { left: "10px", top: "470px" });
  byId("choices").hidden = false;
};
for (const id of ["copy", "remove"]) byId(id).onclick = () => { byId("choices").hidden = true; note(id); };

let carried = null;
for (const name of ["Ada", "Bob", "Cyd"]) {
  const card = item(name, { draggable: true, id: `card-${name}` });
  card.ondragstart = (event) => { carried = card; event.dataTransfer.setData("text", name); };
  card.ondragover = (event) => event.preventDefault();
  card.ondrop = (event) => { event.preventDefault(); if (carried && carried !== card) card.after(carried); carried = null; };
  byId("native").append(card);
}

let held = null;
for (const name of ["One", "Two", "Three", "Four"]) {
  const row = item(name, { id: `row-${name}` });
  row.onpointerdown = () => { held = row; };
  byId("sortable").append(row);
}
addEventListener("pointermove", (event) => {
  const over = held && event.target instanceof Element ? event.target.closest("#sortable li") : null;
  if (over && over !== held) {
    const below = over.getBoundingClientRect().top > held.getBoundingClientRect().top;
    over[below ? "after" : "before"](held);
  }
});
addEventListener("pointerup", () => { held = null; });

let grip = null;
byId("box").onpointerdown = (event) => {
  grip = [event.clientX - byId("box").offsetLeft, event.clientY - byId("box").offsetTop];
  byId("box").setPointerCapture(event.pointerId);
};
byId("box").onpointermove = (event) => {
  if (grip) Object.assign(byId("box").style, { left: `${event.clientX - grip[0]}px`, top: `${event.clientY - grip[1]}px` });
};
byId("box").onpointerup = () => { grip = null; };

byId("listbox").onclick = () => { byId("options").hidden = !byId("options").hidden; };
byId("options").append(...["Red", "Green", "Blue"].map((name) => {
  const option = item(name, { role: "option", onclick: () => { byId("listbox").textContent = name; byId("options").hidden = true; } });
  option.setAttribute("role", "option");
  option.id = `option-${name}`;
  return option;
}));

let asked = 0;
byId("user").oninput = () => {
  clearTimeout(asked);
  asked = setTimeout(() => {
    const wanted = byId("user").value;
    const found = wanted ? ["anna", "annette", "bob", "brian"].filter((name) => name.includes(wanted)) : [];
    byId("users").hidden = !found.length;
    byId("users").replaceChildren(...found.map((name) => item(name, { id: `user-${name}`, onclick: () => {
      byId("user").value = name;
      byId("users").hidden = true;
      note("user", name);
    } })));
  }, 80);
};

customElements.define("my-switch", class extends HTMLElement {
  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.innerHTML = `<button role="switch" aria-checked="false" id="flip">Off</button> <input id="shadowed" size="6" aria-label="In the shadow">`;
    const flip = root.getElementById("flip");
    flip.onclick = () => {
      const on = flip.getAttribute("aria-checked") !== "true";
      flip.setAttribute("aria-checked", String(on));
      flip.textContent = on ? "On" : "Off";
    };
  }
});

const told = globalThis.__state;
globalThis.__state = () => JSON.stringify({
  ...JSON.parse(told()), zoom, marks,
  open: [byId("details").open, byId("dialog").open, byId("choices").hidden, byId("options").hidden, byId("users").hidden],
  box: [byId("box").offsetLeft, byId("box").offsetTop].map((n) => Math.round(n / 4)),
  native: byId("native").textContent, sorted: byId("sortable").textContent, picked: byId("listbox").textContent,
  flipped: byId("switch").shadowRoot.getElementById("flip").textContent, letter: byId("letter").innerHTML, search: location.search,
});
