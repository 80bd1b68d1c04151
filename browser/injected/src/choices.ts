// What is offered where one or some of several are taken: the options of a list, the radios or boxes of a group, filters.
import { fold, textOf } from "./text";
import { labelOf } from "./name";

const CHOICES = 8;
const LONGEST = 120;
const MOST = 40;
const UP = 3;
const GROUPS = "fieldset,[role=group],[role=radiogroup]";

/** The first texts that are offered with `element`; "" where there is nothing to choose from. */
export function choicesOf(element: Element): string {
  if (element instanceof HTMLSelectElement) return told(Array.from(element.options, (option) => option.label));
  if (element instanceof HTMLAnchorElement) return told(filtersWith(element));
  if (!(element instanceof HTMLInputElement) || !["radio", "checkbox"].includes(element.type)) return "";
  return told(apart(namedAlike(element)) ?? apart(besides(element)) ?? []);
}

/** Boxes that are all called the same ("Select item") are no choice by what they are called. */
function apart(labels: string[] | null): string[] | null {
  return labels && new Set(labels).size > 1 ? labels : null;
}

/** The links of a list that ask for the same page in other ways: what it is filtered by. */
function filtersWith(link: HTMLAnchorElement): string[] {
  const item = link.parentElement?.localName === "li" ? link.parentElement : link;
  if (!link.search || !item.parentElement) return [];
  const links = Array.from(item.parentElement.children, (one) => (one instanceof HTMLAnchorElement ? one : one.querySelector("a"))).filter((one) => one !== null);
  const alike = links.every((one) => one.pathname === link.pathname && one.origin === link.origin);
  return alike && links.length > 1 && links.length <= MOST ? links.map((one) => textOf(one, LONGEST)) : [];
}

function told(texts: readonly string[]): string {
  return texts.slice(0, CHOICES).map(fold).join(" | ").slice(0, LONGEST);
}

/** The labels of the fields of the same kind and name. */
function namedAlike(field: HTMLInputElement): string[] | null {
  if (!field.name) return null;
  const root = field.closest(GROUPS) ?? field.form ?? (field.getRootNode() as Document | ShadowRoot);
  const alike = root.querySelectorAll<HTMLInputElement>(`input[type=${field.type}][name=${CSS.escape(field.name)}]`);
  return alike.length > 1 && alike.length <= MOST ? Array.from(alike, labelOf) : null;
}

/** The texts of the siblings around it, where each holds one field of its kind and nothing else to fill. */
function besides(field: HTMLInputElement): string[] | null {
  let branch: Element = field;
  for (let up = 0; up < UP && branch.parentElement; up++, branch = branch.parentElement) {
    const all = Array.from(branch.parentElement.children);
    if (all.length > 1 && all.length <= MOST && all.every((one) => holdsOne(one, field.type))) return all.map((one) => textOf(one, LONGEST));
  }
  return null;
}

function holdsOne(element: Element, type: string): boolean {
  const fields = element.querySelectorAll<HTMLInputElement>("input:not([type=hidden]),select,textarea,button");
  return fields.length === 1 && fields[0]!.type === type && fold(element.textContent) !== "";
}
