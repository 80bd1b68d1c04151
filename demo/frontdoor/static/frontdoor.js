// Frontdoor's page script: the dialog that asks again, and the list of systems that opens under its button.

document.addEventListener("click", (event) => {
  const asking = event.target.closest("[data-asks]");
  if (asking) ask(asking.dataset.asks, asking.dataset.action);
  for (const pick of document.querySelectorAll("[data-pick]")) {
    const option = event.target.closest("[role=option]");
    if (option && pick.contains(option)) take(pick, option);
    else open(pick, pick.contains(event.target) && !isOpen(pick));
  }
});

document.addEventListener("keydown", (event) => {
  const pick = event.target.closest("[data-pick]");
  if (pick && event.key === "Escape") open(pick, false);
});

function ask(question, action) {
  const dialog = document.querySelector("dialog");
  dialog.querySelector("p").textContent = question;
  dialog.querySelector("form").action = action;
  dialog.showModal();
}

function isOpen(pick) {
  return !pick.querySelector("[role=listbox]").hidden;
}

function open(pick, shown) {
  pick.querySelector("[role=listbox]").hidden = !shown;
  pick.querySelector("[role=combobox]").setAttribute("aria-expanded", shown);
}

function take(pick, option) {
  for (const each of pick.querySelectorAll("[role=option]")) each.setAttribute("aria-selected", each === option);
  pick.querySelector("input").value = option.dataset.value;
  pick.querySelector("[role=combobox]").textContent = option.textContent;
  open(pick, false);
}
