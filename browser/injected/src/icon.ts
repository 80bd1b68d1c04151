// What the picture on a control is called, where its files or classes say: an icon has no text to be known by.
import { fold } from "./text";

const LIMIT = 80;
// Said of any icon, or of how it stands: sizes, weights, families, utilities.
const COMMON = /^(?:fa|fas|far|fab|fal|fa-(?:fw|lg|xs|sm|\dx|solid|regular|brands|light)|icons?|glyphicon|material-icons.*|ion|mdi|bi|ti|svg-.*|.*-icon|(?:m|p|me|ms|mr|ml|mx|my|mt|mb|pe|ps)-.*|text-.*|(?:in)?active|disabled|hidden|(?:pull|float)-.*)$/;

/** Names of the first icons in `element`, from SVG references, picture files and icon classes; "" where there are none. */
export function iconOf(element: Element): string {
  const names: string[] = [];
  for (const part of Array.from(element.querySelectorAll("svg,use,img,i,span,em")).slice(0, 12)) {
    if (names.join(" ").length > LIMIT) break;
    const name = nameOfPicture(part);
    if (name && !names.includes(name)) names.push(name);
  }
  if (!names.length) names.push(nameOfPicture(element)); // its own classes may draw it
  return names.join(" ").slice(0, LIMIT);
}

function nameOfPicture(part: Element): string {
  if (part.localName === "use") return fileOf(part.getAttribute("href") ?? part.getAttribute("xlink:href"));
  if (part.localName === "img") return fileOf(part.getAttribute("src"));
  if (part.localName === "svg") return svgName(part);
  return (part.textContent ?? "").length > 30 || fold(part.textContent) && !isLigature(part) ? "" : tokens(part);
}

function svgName(svg: Element): string {
  const given = svg.getAttribute("data-icon") ?? svg.getAttribute("data-testid") ?? "";
  return given || tokens(svg) || (svg.querySelector("path")?.getAttribute("d") ?? "").replace(/\s+/g, "").slice(0, 24);
}

/** Fonts that draw a word as a picture: the word is the icon's name, and a class says that it is one. */
function isLigature(part: Element): boolean {
  return /(?:^|\s)(?:material-icons|material-symbols|icon-ligature)/.test(part.getAttribute("class") ?? "");
}

function tokens(part: Element): string {
  const own = isLigature(part) ? fold(part.textContent) : "";
  const classes = (part.getAttribute("class") ?? "").split(/\s+/).filter((token) => token && token.length < 40 && !COMMON.test(token));
  return [own, ...classes].filter(Boolean).join(" ");
}

function fileOf(address: string | null): string {
  if (!address || address.startsWith("data:")) return "";
  return address.split(/[?]/)[0]!.split(/[/#]/).pop()!.replace(/\.\w+$/, "").replace(/[-.][0-9a-f]{6,}$/, "");
}
