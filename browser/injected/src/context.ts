// Where an element stands: its row, group, heading, landmark, and the texts around it.
import { bounded, fold, ownText, textOf } from "./text";
import { isAnnouncedIn, isLive } from "./live";
import { once, remembers } from "./memo";
import { isVisible, parentOf } from "./tree";
import { roleOf } from "./role";
import { nameOf } from "./name";
import { blockOf, rowOf, type Row } from "./rows";

const LANDMARKS = new Set(["navigation", "main", "banner", "contentinfo", "complementary", "search", "form", "dialog", "alertdialog"]);
const GROUPS = "fieldset,dialog,[role=group],[role=dialog],[role=alertdialog],[role=radiogroup],details";
const MAX_UP = 14;

export interface Place extends Row { block: string; group: string; heading: string; landmark: string }

/** `peers`: the elements that look like it, in order. */
export function placeOf(element: Element, peers: readonly Element[]): Place {
  const place: Place = { row: "", key: "", column: "", block: "", group: "", heading: "", landmark: "" };
  let up = 0;
  let branch = element;
  for (let at = parentOf(element); at && at.localName !== "html"; branch = at, at = parentOf(at)) {
    if (!place.row && !place.key && up < MAX_UP) Object.assign(place, rowOf(at, element, peers.length > 1));
    if (!place.group && at.matches(GROUPS)) place.group = groupName(at);
    if (!place.landmark) place.landmark = landmarkOf(at);
    if (!place.heading && up < MAX_UP) place.heading = headingBefore(at, branch);
    up++;
  }
  if (!place.row && !place.key && peers.length > 1) place.block = blockOf(element, peers);
  return place;
}

function groupName(group: Element): string {
  const name = group.getAttribute("aria-label") ?? group.getAttribute("aria-labelledby");
  if (name) return nameOf(group);
  const title = group.querySelector(":scope > legend,:scope > summary,h1,h2,h3,h4,[class*=title]");
  return title ? textOf(title, 80) : "";
}

/** The nearest part of the page around an element. */
export function landmarkAround(element: Element): string {
  for (let at = parentOf(element); at && at.localName !== "html"; at = parentOf(at)) {
    const landmark = landmarkOf(at);
    if (landmark) return landmark;
  }
  return "";
}

function landmarkOf(element: Element): string {
  const role = roleOf(element);
  if (!LANDMARKS.has(role)) return "";
  const name = fold(element.getAttribute("aria-label"));
  return name ? `${role} ${bounded(name, 60)}` : role;
}

const TITLES = "h1,h2,h3,h4,h5,h6,[role=heading]";
const HEADINGS = `${TITLES},legend,summary`;

/** The last heading among the children of `parent` that come before the branch that an element is in. */
export function headingBefore(parent: Element, branch: Element): string {
  const last = remembers() ? null : branch;
  return once("headings", parent, () => headingsBefore(parent, last)).get(branch) ?? "";
}

/** For each child up to `last`, the last heading among those before it. */
function headingsBefore(parent: Element, last: Element | null): Map<Element, string> {
  const before = new Map<Element, string>();
  let found = "";
  for (const child of parent.children) {
    before.set(child, found);
    if (child === last) break;
    if (isLive(child)) continue;
    if (child.matches(HEADINGS)) found = textOf(child, 80);
    else if (child.matches("header,hgroup,div") && child.childElementCount < 6) {
      // A legend within belongs to that group alone.
      const inner = Array.from(child.querySelectorAll(TITLES)).find((title) => !isAnnouncedIn(title, child));
      if (inner) found = textOf(inner, 80);
    }
  }
  return before;
}

/** The closest texts before and after the element, in reading order, at most two of each. */
export function nearTexts(element: Element): string[] {
  return [...siblingTexts(element, "previousElementSibling"), ...siblingTexts(element, "nextElementSibling")];
}

function siblingTexts(element: Element, step: "previousElementSibling" | "nextElementSibling"): string[] {
  const found: string[] = [];
  let at: Element | null = element;
  for (let up = 0; at && up < 4 && found.length < 2; up++, at = at.parentElement) {
    if (at.localName === "body") break;
    const bare = step === "previousElementSibling" ? at.previousSibling : at.nextSibling;
    if (bare?.nodeType === Node.TEXT_NODE && fold(bare.nodeValue)) found.push(bounded(fold(bare.nodeValue), 60));
    for (let other: Element | null = at[step], seen = 0; other && seen < 3 && found.length < 2; other = other[step]) {
      if (isLive(other)) continue;
      seen++;
      const text = textOf(other, 60, "announced") || ownText(other, 60);
      if (text && isVisible(other)) found.push(text); // a closed menu says nothing
    }
  }
  return found;
}
