// What was understood of the last value or list that was pointed at, and what the person makes of it.
/* global byId, element, send */
"use strict";

let shownReading = "";

function showReading(reading, again) {
  const text = JSON.stringify(reading);
  if (text === shownReading && !again) return;
  shownReading = text;
  const place = byId("reading");
  const focused = place.contains(document.activeElement) ? document.activeElement.dataset.field : "";
  place.hidden = reading === null;
  place.replaceChildren(...(reading ? partsOf(reading) : []));
  if (focused) place.querySelector(`[data-field="${CSS.escape(focused)}"]`)?.focus();
}

/** Go into the field with the name of what is read; Enter leaves it again. */
function startNaming() {
  const name = byId("reading").querySelector("[data-field=name]");
  name?.focus();
  name?.select();
}

function partsOf(reading) {
  if (reading.purpose === "rows") return [rowsHead(reading), columnList(reading), ...leftOut(reading.asides)];
  const [value] = reading.columns;
  const chosen = choice("type", "Read as", reading.types.map(({ type, words }) => [type, words]), value.type, (type) => ({ type }));
  if (reading.purpose === "read") return [named("What to call it", reading.name, "name", (name) => ({ name })), chosen, samples(value)];
  const options = reading.choices.map(({ to, words }) => [to, words]);
  return [choice("to", "Must equal", options, reading.to, (to) => ({ to })), chosen];
}

function leftOut(asides) {
  return asides.length ? [element("p", "asides", `Not rows: ${asides.join(" · ")}`)] : [];
}

function rowsHead({ name, count, partly, pages }) {
  const more = pages ? ", and the pages after" : partly ? ", more when scrolled" : "";
  const told = `${count === 1 ? "1 row" : `${count} rows`} here${more}`;
  return element("div", "line", named("Called", name, "name", (text) => ({ name: text })), element("span", "count", told));
}

function columnList({ columns, types }) {
  const list = element("ul", "columns");
  for (const column of columns) list.append(columnItem(column, types));
  return list;
}

function columnItem(column, types) {
  const item = element("li", column.kept ? "" : "left");
  const box = element("input", "");
  box.type = "checkbox";
  box.checked = column.kept;
  box.dataset.field = `kept ${column.name}`;
  box.setAttribute("aria-label", `Read ${column.label || column.name}`);
  box.addEventListener("change", () => { revise({ column: column.name, kept: box.checked }); });
  item.append(box);
  const called = column.label || column.name;
  item.append(named(`Name of ${called}`, column.name, `name ${column.name}`, (name) => ({ column: column.name, name }), true));
  const kinds = types.map(({ type, words }) => [type, words]);
  item.append(choice(`type ${column.name}`, `Type of ${called}`, kinds, column.type, (type) => ({ column: column.name, type }), true));
  item.append(samples(column));
  return item;
}

function samples({ samples: texts }) {
  return element("span", "samples", texts.filter(Boolean).join(" · ") || "empty");
}

/** A text to change; told when it is left, or at Enter. */
function named(label, value, field, revision, unseen = false) {
  const input = element("input", "");
  input.value = value;
  input.maxLength = 80;
  input.autocomplete = "off";
  input.addEventListener("change", () => { revise(revision(input.value)); });
  input.addEventListener("keydown", ({ key }) => { if (key === "Enter") input.blur(); });
  return labelled(label, input, field, unseen);
}

function choice(field, label, options, value, revision, unseen = false) {
  const select = element("select", "");
  for (const [key, words] of options) select.append(new Option(words, key, false, key === value));
  select.addEventListener("change", () => { revise(revision(select.value)); });
  return labelled(label, select, field, unseen);
}

function labelled(text, control, field, unseen) {
  control.dataset.field = field;
  const words = element("span", unseen ? "unseen" : "", text);
  return element("label", "", words, control);
}

function revise(what) {
  send("revise", JSON.stringify(what));
}
