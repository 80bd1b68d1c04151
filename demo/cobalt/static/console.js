// Cobalt's console: fetches the report and draws it as a grid of divs.
const COLUMNS = ["account", "owner", "region", "tickets", "revenue"];
const grid = document.getElementById("grid");
const button = document.getElementById("refresh");

async function load(path, method) {
  grid.setAttribute("aria-busy", "true");
  button.disabled = true;
  const response = await fetch(path, { method });
  draw(await response.json());
  grid.setAttribute("aria-busy", "false");
  button.disabled = false;
}

function draw(report) {
  document.getElementById("rows").replaceChildren(...report.rows.map(rowOf));
  document.getElementById("updated").textContent = report.updated_at;
  document.getElementById("count").textContent = `${report.rows.length} accounts`;
}

function rowOf(row) {
  const line = document.createElement("div");
  line.setAttribute("role", "row");
  line.append(...COLUMNS.map((column) => cellOf(column, row[column])));
  return line;
}

function cellOf(column, value) {
  const cell = document.createElement("div");
  cell.setAttribute("role", "gridcell");
  cell.dataset.column = column;
  cell.textContent = value;
  return cell;
}

button.addEventListener("click", () => load("/data/refresh", "POST"));
load("/data/revenue", "GET");
