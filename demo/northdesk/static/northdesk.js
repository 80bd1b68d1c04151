// Northdesk's page script. It finds elements by data- hooks, which each release names in its own way.

function toast(text) {
  const shelf = document.querySelector("[data-toasts]");
  const item = shelf.querySelector("template").content.firstElementChild.cloneNode(true);
  item.textContent = text;
  shelf.append(item);
  fade(item);
}

function fade(item) {
  setTimeout(() => item.remove(), 6000);
}

function openDialog(button) {
  const dialog = document.getElementById(button.getAttribute("data-opens"));
  const action = button.getAttribute("data-action");
  if (action) {
    dialog.querySelector("form").action = action;
    dialog.querySelector("[data-question]").textContent = button.getAttribute("data-asks");
  }
  dialog.showModal();
}

async function saveNote(form) {
  const text = form.elements.namedItem("note").value;
  const problem = form.querySelector("[data-problem]");
  const response = await fetch(form.getAttribute("data-note-form"), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ text }),
  });
  const answer = await response.json();
  if (!response.ok) {
    problem.textContent = answer.problem;
    return;
  }
  showNote(answer);
  problem.textContent = "";
  form.reset();
  form.closest("dialog").close();
  toast(form.getAttribute("data-done"));
}

function showNote(note) {
  const list = document.querySelector("[data-notes]");
  const item = list.querySelector("template").content.firstElementChild.cloneNode(true);
  item.querySelector("[data-note-text]").textContent = note.text;
  item.querySelector("[data-note-time]").textContent = note.written_at;
  list.prepend(item);
  document.querySelector("[data-no-notes]")?.remove();
}

async function markPaid(button) {
  button.disabled = true;
  const response = await fetch(button.getAttribute("data-paid"), { method: "POST" });
  if (!response.ok) {
    button.disabled = false;
    return;
  }
  const answer = await response.json();
  const badge = button.closest("tr").querySelector("[data-status]");
  badge.textContent = answer.shown;
  badge.className = badge.getAttribute("data-status");
  button.remove();
  toast(button.getAttribute("data-done"));
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  const payer = event.target.closest("[data-paid]");
  if (opener) openDialog(opener);
  if (payer) markPaid(payer);
});

document.addEventListener("change", (event) => {
  if (event.target.closest("[data-submits]")) event.target.form.requestSubmit();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = form.getAttribute("data-confirm");
  if (question && !window.confirm(question)) event.preventDefault();
  // A Cancel button closes the dialog by itself, with method "dialog".
  if (form.hasAttribute("data-note-form") && event.submitter?.formMethod !== "dialog") {
    event.preventDefault();
    saveNote(form);
  }
});

document.querySelectorAll("[data-toast]").forEach(fade);
