// Which elements a person can see now: a hover that revealed what is pressed next is known by it.

const LIMIT = 6000;
const SKIPPED = new Set(["script", "style", "noscript", "template", "head", "link", "meta", "option", "datalist"]);

/** The visible elements of a document, open shadow roots included. */
export function shownIn(document: Document): WeakSet<Element> {
  const shown = new WeakSet<Element>();
  let left = LIMIT;
  const walk = (element: Element): void => {
    if (left-- <= 0 || SKIPPED.has(element.localName) || !isShown(element)) return;
    shown.add(element);
    for (const child of element.shadowRoot?.children ?? []) walk(child);
    for (const child of element.children) walk(child);
  };
  if (document.body) walk(document.body);
  return shown;
}

function isShown(element: Element): boolean {
  return (element as HTMLElement & { checkVisibility?: (o: object) => boolean }).checkVisibility?.({ visibilityProperty: true }) ?? true;
}
