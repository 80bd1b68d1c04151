// What every test page tells: what its fields hold, and what its own script noted. Clicks are counted apart.
(() => {
  const noted = [];
  const words = JSON.stringify.bind(JSON);
  let clicks = 0;
  addEventListener("mousedown", () => { clicks += 1; }, true);
  addEventListener("click", () => { clicks += 1; }, true);

  function held(field) {
    if (field.localName === "select") return Array.from(field.selectedOptions, (option) => option.label).join("|");
    if (field.type === "checkbox" || field.type === "radio") return field.checked;
    if (field.type === "file") return field.files.length;
    return field.value ?? field.innerText.trim();
  }

  function fields(root, found = {}) {
    for (const element of root.querySelectorAll("*")) {
      if (element.id && element.matches("input,textarea,select,[contenteditable]")) found[element.id] = held(element);
      if (element.shadowRoot) fields(element.shadowRoot, found);
    }
    return found;
  }

  globalThis.note = (...facts) => { noted.push(facts.join(" ")); };
  globalThis.__clicks = () => clicks;
  globalThis.__state = () => words({ path: location.pathname, fields: fields(document), noted });
})();
