// Mutations of where things stand in the page.
import { controlOf } from "../tree";
import { pickOf, retagged, shuffled, takeOut, type Chance, type Mutation, type World } from "./world";
import { rowOf } from "./rows";

const CELLS = "option,td,th,tr,li,dt,dd,legend,summary,body,html";
const BLOCKS = "form,section,main,article,fieldset,dialog,aside,table,[role=dialog],[role=main]";

const wrap: Mutation = ({ truth, chance }) => {
  if (truth.matches(CELLS)) return false;
  for (let n = 1 + Math.floor(chance() * 2); n > 0; n--) {
    const around = document.createElement(pickOf(chance, ["div", "span"]));
    truth.replaceWith(around);
    around.append(truth);
  }
  return true;
};

const wrapPage: Mutation = ({ chance }) => {
  for (let n = 1 + Math.floor(chance() * 2); n > 0; n--) {
    const around = document.createElement("div");
    around.append(...document.body.childNodes);
    document.body.append(around);
  }
  return true;
};

const unwrap: Mutation = ({ truth }) => {
  for (let at = truth.parentElement, up = 0; at && up < 4; at = at.parentElement, up++) {
    if (at.localName !== "div" && at.localName !== "span" && at.localName !== "p" || at === rowOf(truth)?.row) continue;
    at.replaceWith(...at.childNodes);
    return true;
  }
  return false;
};

/** The lowest branch with the truth in it that has siblings of its tag, and those. */
function peersOf(truth: Element): Element[] {
  for (let at: Element | null = truth, up = 0; at?.parentElement && up < 4; at = at.parentElement, up++) {
    const tag = at.localName;
    const peers = Array.from(at.parentElement.children).filter((other) => other.localName === tag);
    if (peers.length > 1 && tag !== "td" && tag !== "th" && tag !== "option") return peers;
  }
  return [];
}

const reorder: Mutation = ({ truth, chance }) => {
  const peers = peersOf(truth);
  if (peers.length < 2 || peers.includes(rowOf(truth)?.row as Element)) return false;
  arrange(peers, shuffled(chance, peers));
  return true;
};

export function arrange(places: readonly Element[], order: readonly Element[]): void {
  const stands = places.map((element) => { const stand = document.createComment(""); element.replaceWith(stand); return stand; });
  for (const [n, stand] of stands.entries()) stand.replaceWith(order[n]!);
}

/** To another place of the same form or part of the page, out of what held it. */
const move: Mutation = ({ truth, chance }) => {
  if (truth.matches(CELLS) || rowOf(truth)) return false;
  const block = truth.parentElement?.closest(`${BLOCKS},nav,header,footer,[role]`) ?? document.body;
  const label = (truth as HTMLInputElement).labels?.[0];
  const moved = document.createElement("div");
  const parts = label && !label.contains(truth) ? [label, truth] : [label ?? truth];
  if (chance() < 0.5) block.append(moved); else block.prepend(moved);
  moved.append(...parts);
  return true;
};

/** A link becomes a button, and the other way round. */
const tag: Mutation = (world) => {
  const { truth } = world;
  if (truth instanceof HTMLAnchorElement) {
    const button = retagged(world, truth, "button");
    for (const name of ["href", "target", "rel"]) button.removeAttribute(name);
    button.setAttribute("type", "button");
    return true;
  }
  if (truth instanceof HTMLInputElement && ["submit", "button"].includes(truth.type)) {
    const said = truth.value;
    const button = retagged(world, truth, "button");
    button.removeAttribute("value");
    button.textContent = said;
    return true;
  }
  if (!(truth instanceof HTMLButtonElement)) return false;
  const link = retagged(world, truth, "a");
  link.removeAttribute("type");
  link.setAttribute("href", "#");
  return true;
};

const landmarks: Mutation = (world) => {
  const found = Array.from(document.querySelectorAll("main,nav,header,footer,section,article,aside")).filter((element) => !element.shadowRoot);
  for (const element of found) retagged(world, element, "div");
  return found.length > 0;
};

const insertNeighbour: Mutation = ({ truth, other }) => {
  if (truth.matches(CELLS)) return false;
  const field = truth.matches("input,select,textarea");
  const near = document.createElement("div");
  near.innerHTML = field ? `<label>${other} <input name="extra"></label>` : `<button type="button" class="${truth.getAttribute("class") ?? ""}">${other}</button>`;
  (truth.closest("label") ?? truth).before(near.firstElementChild!);
  return true;
};

const removeNeighbour: Mutation = ({ truth }) => {
  const near = [truth, ...peersOf(truth)].flatMap((peer) => [peer.nextElementSibling, peer.previousElementSibling]).find((element) => element && mayGo(element, truth));
  if (!near) return false;
  near.remove();
  return true;
};

function mayGo(element: Element, truth: Element): boolean {
  if (element.contains(truth) || truth.contains(element) || element.matches("label,legend,h1,h2,h3,option,td,th,link,style")) return false;
  return controlOf(element) !== controlOf(truth) && element.querySelector("a[href],button,input,select,textarea") !== null || element.matches("a[href],button,input,select,textarea");
}

/** One called the same, elsewhere on the page and about something else. */
const lookAlike: Mutation = (world) => {
  const { truth, chance } = world;
  if (truth.matches(CELLS) || rowOf(truth)) return false;
  const part = document.createElement("section");
  const [title, text] = pickOf(chance, [["Newsletter archive", "Past issues of the letter."], ["Partner programme", "For resellers only."], ["Retired devices", "These are no longer in use."]]);
  part.innerHTML = `<h2>${title!}</h2><p>${text!}</p>`;
  part.append(...copiesOf(truth, chance));
  const block = truth.closest(BLOCKS) ?? truth;
  if (chance() < 0.5) block.before(part); else block.after(part);
  return true;
};

function copiesOf(truth: Element, chance: Chance): Element[] {
  const copy = truth.cloneNode(true) as Element;
  const label = (truth as HTMLInputElement).labels?.[0];
  for (const element of [copy, ...copy.querySelectorAll("*")]) anotherOf(element, chance);
  if (!label) return [copy];
  const said = document.createElement("label");
  said.textContent = (label.textContent ?? "").trim();
  said.htmlFor = copy.id = `other-${String(Math.floor(chance() * 1e6))}`;
  return [said, copy];
}

/** A copy of an element is about another thing: what names that thing is not the same. */
export function anotherOf(element: Element, chance: Chance): void {
  for (const { name } of Array.from(element.attributes)) if (name === "id" || name.startsWith("data-")) element.removeAttribute(name);
  const name = element.getAttribute("name");
  if (name) element.setAttribute("name", `other_${name}`);
  const href = element.getAttribute("href");
  if (href) element.setAttribute("href", /\d/.test(href) ? href.replace(/\d+/g, () => String(5000 + Math.floor(chance() * 5000))) : `/other${href}`);
}

const remove: Mutation = ({ truth }) => { takeOut(truth); return true; };
const lookAlikeLeft: Mutation = (world) => lookAlike(world) && remove(world);

const hide: Mutation = ({ truth }) => {
  (truth as HTMLElement).style.setProperty("display", "none", "important");
  return true;
};

const removePart: Mutation = (world: World) => {
  const part = world.truth.closest(BLOCKS);
  if (!part || part.parentElement?.children.length === 1) return false;
  part.remove();
  return true;
};

export const PLACES: Record<string, Mutation> = {
  wrap, "wrap-page": wrapPage, unwrap, reorder, move, tag, landmarks, "insert-neighbour": insertNeighbour, "remove-neighbour": removeNeighbour,
  "look-alike": lookAlike, remove, "look-alike-left": lookAlikeLeft, hide, "remove-part": removePart,
};
