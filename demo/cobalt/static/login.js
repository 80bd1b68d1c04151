// Cobalt's sign-in: first the address, then the passphrase, sent by the script.
const first = document.getElementById("first");
const second = document.getElementById("second");

first.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!first.email.value) return;
  document.getElementById("whose").textContent = first.email.value;
  first.hidden = true;
  second.hidden = false;
  second.passphrase.focus();
});

second.addEventListener("submit", async (event) => {
  event.preventDefault();
  const response = await fetch("/session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email: first.email.value, passphrase: second.passphrase.value }),
  });
  const answer = await response.json();
  if (response.ok) location.assign(answer.next);
  else document.getElementById("wrong").textContent = answer.problem;
});
