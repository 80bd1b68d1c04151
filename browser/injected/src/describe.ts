// describe(element): everything the decision needs about one element. The same code serves demo and replay.
import { bounded, fold, textOf } from "./text";
import { isEditingHost, roleOf } from "./role";
import { isField, labelOf, nameOf } from "./name";
import { nearTexts, placeOf } from "./context";
import { cssPath, xPath } from "./path";
import { isSeen } from "./tree";
import { isSecret } from "./secrets";
import { choicesOf } from "./choices";
import { iconOf } from "./icon";
import { once } from "./memo";

export interface Box { x: number; y: number; width: number; height: number }
export interface Description {
  tag: string; type: string; role: string; name: string; label: string; text: string; placeholder: string;
  attributes: Record<string, string>; heading: string; landmark: string; group: string; row: string; key: string; column: string; block: string; near: string[];
  css: string; xpath: string; box: Box; ordinal: number; alike: number; visible: boolean; enabled: boolean;
  editable: boolean; secret: boolean; icon: string; choices: string;
}

const KEPT = ["id", "name", "class", "href", "title", "alt", "for", "action", "src", "autocomplete", "aria-label", "role"];
export const TEST_IDS = ["data-testid", "data-test-id", "data-test", "data-cy", "data-qa"];

export function describe(element: Element): Description {
  const secret = isSecret(element);
  const peers = peersOf(element);
  return {
    tag: element.localName,
    type: element.localName === "input" ? (element as HTMLInputElement).type : element.getAttribute("type") ?? "",
    role: roleOf(element),
    name: nameOf(element),
    label: isField(element) ? labelOf(element) : "",
    text: isField(element) || isEditable(element) ? "" : textOf(element, 120),
    placeholder: fold(element.getAttribute("placeholder")),
    attributes: attributesOf(element),
    ...placeOf(element, peers),
    near: nearTexts(element),
    css: cssPath(element),
    xpath: xPath(element),
    box: boxOf(element),
    ordinal: Math.max(0, peers.indexOf(element)),
    alike: Math.max(1, peers.length),
    visible: isSeen(element),
    enabled: !(element as HTMLInputElement).disabled,
    editable: isEditable(element),
    secret,
    icon: isField(element) ? "" : iconOf(element),
    choices: choicesOf(element),
  };
}

export function boxOf(element: Element): Box {
  const box = element.getBoundingClientRect();
  const round = (value: number): number => Math.round(value * 10) / 10;
  return { x: round(box.x), y: round(box.y), width: round(box.width), height: round(box.height) };
}

/** The elements that look the same by tag and cheap texts, in order, itself among them. */
function peersOf(element: Element): readonly Element[] {
  const root = element.getRootNode() as Document | ShadowRoot;
  const peers = once(`peers ${element.localName}`, root, () => byLooks(root.querySelectorAll(element.localName)));
  return peers.get(looks(element)) ?? [];
}

/** The elements by how they look; none where they are too many to tell. */
function byLooks(peers: NodeListOf<Element>): Map<string, Element[]> {
  const found = new Map<string, Element[]>();
  if (peers.length > 1500) return found;
  for (const peer of peers) {
    const key = looks(peer);
    const alike = found.get(key);
    if (alike) alike.push(peer);
    else found.set(key, [peer]);
  }
  return found;
}

function looks(element: Element): string {
  const get = (name: string): string => element.getAttribute(name) ?? "";
  const text = element.childElementCount > 8 ? "" : (element.textContent ?? "").slice(0, 120);
  return `${fold(text)}|${get("aria-label")}|${get("placeholder")}|${get("name").replace(/\d+/g, "#")}|${get("type")}|${get("value")}|${get("title")}`;
}

const TYPED = new Set(["text", "email", "tel", "url", "search", "number", "password", "date", "time", "datetime-local", "month", "week", "color", "range"]);

/** Whether typing into the element changes a value that can be read back. */
export function isEditable(element: Element): boolean {
  if (element.localName === "textarea") return true;
  if (element.localName === "input") return TYPED.has((element as HTMLInputElement).type);
  return isEditingHost(element);
}

function attributesOf(element: Element): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of [...KEPT, ...TEST_IDS]) {
    const value = element.getAttribute(name);
    if (value) kept[name] = bounded(fold(value), 160);
  }
  if (element.localName === "input" && ["submit", "button", "reset", "radio", "checkbox"].includes((element as HTMLInputElement).type)) {
    const value = element.getAttribute("value");
    if (value) kept["value"] = bounded(value, 80);
  }
  if (element.localName === "option") kept["value"] = bounded((element as HTMLOptionElement).value, 80);
  return kept;
}
