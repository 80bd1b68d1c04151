// Where a child frame's own viewport begins in this one's, in CSS pixels.

export function frameCorner(index: number): [number, number] | null {
  const child = window[index];
  const element = child ? elementOf(child, document) : null;
  if (!element) return null;
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  return [box.left + element.clientLeft + parseFloat(style.paddingLeft), box.top + element.clientTop + parseFloat(style.paddingTop)];
}

function elementOf(child: Window, root: Document | ShadowRoot): HTMLIFrameElement | null {
  for (const element of root.querySelectorAll("*")) {
    if ((element as HTMLIFrameElement).contentWindow === child) return element as HTMLIFrameElement;
    const inside = element.shadowRoot ? elementOf(child, element.shadowRoot) : null;
    if (inside) return inside;
  }
  return null;
}
