// The form labels of a field.
import { once, remembers } from "./memo";

/** In order. The browser walks the whole page for those of one field; for many they are put together at once. */
export function labelsOf(field: Element): readonly HTMLLabelElement[] {
  if (!remembers()) return Array.from((field as HTMLInputElement).labels ?? []);
  const root = field.getRootNode() as Document | ShadowRoot;
  return once("labels", root, () => labelsIn(root)).get(field) ?? [];
}

function labelsIn(root: Document | ShadowRoot): Map<Element, HTMLLabelElement[]> {
  const labels = new Map<Element, HTMLLabelElement[]>();
  for (const label of root.querySelectorAll("label")) {
    const field = label.control;
    if (!field) continue;
    const known = labels.get(field);
    if (known) known.push(label);
    else labels.set(field, [label]);
  }
  return labels;
}
