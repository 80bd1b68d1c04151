// Put before a page's own scripts by tests: counts every trusted event that the page gets to hear, in every document
// of a tab, and its moves of focus, selection and scrolling. Kept in the tab's storage over navigations.
(() => {
  const BUBBLING = ["pointerdown", "pointerup", "pointercancel", "mousedown", "mouseup", "click", "dblclick", "auxclick", "contextmenu",
    "keydown", "keypress", "keyup", "beforeinput", "input", "change", "submit", "reset", "invalid", "select", "focusin", "focusout",
    "dragstart", "dragend", "drop", "copy", "cut", "paste", "toggle"];
  const CAUGHT = ["focus", "blur", "selectionchange", "scroll"];
  // The browser joins these as it finds time: whether a gesture brought one is the page's business, not how many.
  const JOINED = new Set(["selectionchange", "scroll"]);
  const seen = new Set();
  const mine = location.pathname;
  const words = JSON.stringify, read = JSON.parse;
  function count(event) {
    if (!event.isTrusted || seen.has(event.type)) return;
    if (JOINED.has(event.type)) seen.add(event.type);
    try {
      const counts = read(sessionStorage.counts ?? "{}");
      const name = mine + " " + event.type;
      counts[name] = (counts[name] ?? 0) + 1;
      sessionStorage.counts = words(counts);
    } catch { /* a document without storage */ }
  }
  // Nothing has scrolled for eight frames: a smooth scroll goes on after its key, and its events with it.
  globalThis.__calm = () => new Promise((done) => {
    let calm = 0;
    const heard = () => { calm = 0; };
    const frame = () => {
      calm += 1;
      if (calm < 8) { requestAnimationFrame(frame); return; }
      removeEventListener("scroll", heard, true);
      setTimeout(done, 0);
    };
    addEventListener("scroll", heard, true);
    requestAnimationFrame(frame);
  });
  for (const type of ["pointerdown", "keydown", "wheel"]) document.addEventListener(type, () => { seen.clear(); }, { capture: true, passive: true });
  for (const type of BUBBLING) document.addEventListener(type, count);
  for (const type of CAUGHT) document.addEventListener(type, count, true);
})();
