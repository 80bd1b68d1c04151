for (const time of document.querySelectorAll("time")) {
  const local = new Date(time.dateTime);
  time.title = time.textContent;
  time.textContent = local.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
}

const dialog = document.querySelector("dialog");
const pictures = [...document.querySelectorAll(".enlarge")];
let shown = 0;

function show(index) {
  shown = Math.min(Math.max(index, 0), pictures.length - 1);
  const small = pictures[shown].querySelector("img");
  const large = dialog.querySelector("img");
  large.src = small.src;
  large.alt = small.alt;
  dialog.querySelector("#caption").textContent = pictures[shown].dataset.caption;
  for (const move of dialog.querySelectorAll("[data-move]")) {
    move.disabled = !pictures[shown + Number(move.dataset.move)];
  }
  if (!dialog.open) dialog.showModal();
}

pictures.forEach((picture, index) => picture.addEventListener("click", () => show(index)));
dialog.addEventListener("click", (event) => {
  const move = event.target.dataset.move;
  if (move) show(shown + Number(move));
  else if (event.target === dialog || event.target.matches("img")) dialog.close();
});
dialog.addEventListener("keydown", (event) => {
  const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (move) show(shown + move);
});
dialog.addEventListener("close", () => pictures[shown]?.focus());
