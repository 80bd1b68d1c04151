// Pointing at an element in a picture: an outline and its line in the list below are one choice. Of proposals for one step,
// one is chosen.
"use strict";

const part = (at) => at instanceof Element ? at.closest("[data-pointing]") : null;

function show(place) {
  const chosen = place.querySelector("input[name=choice]:checked")?.value;
  for (const spot of place.querySelectorAll("[data-spot]")) spot.classList.toggle("chosen", spot.dataset.spot === chosen);
}

document.addEventListener("click", (event) => {
  const spot = event.target instanceof Element ? event.target.closest("[data-spot]") : null;
  const place = spot && part(spot);
  if (!place) return;
  const choice = place.querySelector(`input[name=choice][value="${spot.dataset.spot}"]`);
  choice.closest("details")?.setAttribute("open", "");
  choice.checked = true;
  choice.focus();
  show(place);
});
document.addEventListener("change", (event) => {
  const place = part(event.target);
  if (place) show(place);
  const { form, checked, dataset } = event.target;
  if (!form || !checked || !dataset.rival) return;
  for (const other of form.querySelectorAll("[data-rival]")) {
    if (other !== event.target && other.dataset.rival === dataset.rival) other.checked = false;
  }
});
// Which outline is meant is seen while the pointer goes over the list.
for (const [kind, on] of [["mouseover", true], ["mouseout", false]]) {
  document.addEventListener(kind, (event) => {
    const choice = event.target instanceof Element ? event.target.closest(".choosing li")?.querySelector("input") : null;
    if (choice) part(choice)?.querySelector(`[data-spot="${choice.value}"]`)?.classList.toggle("at", on);
  });
}
