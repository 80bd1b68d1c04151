// The role of an element, after the HTML-AAM mapping for what people act on; "" where there is none worth telling.

const BY_INPUT: Record<string, string> = {
  button: "button", submit: "button", reset: "button", image: "button", checkbox: "checkbox", radio: "radio",
  range: "slider", number: "spinbutton", search: "searchbox", file: "button", color: "button",
};
const BY_TAG: Record<string, string> = {
  button: "button", summary: "button", textarea: "textbox", option: "option", dialog: "dialog", form: "form",
  nav: "navigation", main: "main", header: "banner", footer: "contentinfo", aside: "complementary", section: "region",
  article: "article", table: "table", tr: "row", td: "cell", th: "columnheader", ul: "list", ol: "list", li: "listitem",
  img: "img", fieldset: "group", details: "group", h1: "heading", h2: "heading", h3: "heading", h4: "heading",
  h5: "heading", h6: "heading", progress: "progressbar", meter: "meter", menu: "list", p: "paragraph",
};

export function roleOf(element: Element): string {
  const given = element.getAttribute("role")?.trim().split(/\s+/)[0];
  if (given && given !== "presentation" && given !== "none") return given.toLowerCase();
  const tag = element.localName;
  if (tag === "a" || tag === "area") return element.hasAttribute("href") ? "link" : "";
  if (tag === "input") return inputRole(element as HTMLInputElement);
  if (tag === "select") return (element as HTMLSelectElement).multiple || (element as HTMLSelectElement).size > 1 ? "listbox" : "combobox";
  if ((element as HTMLElement).isContentEditable && isEditingHost(element)) return "textbox";
  return BY_TAG[tag] ?? "";
}

export function isEditingHost(element: Element): boolean {
  const value = element.getAttribute("contenteditable");
  return value !== null && value !== "false";
}

function inputRole(input: HTMLInputElement): string {
  const role = BY_INPUT[input.type];
  if (role) return role;
  if (input.type === "hidden") return "";
  return input.hasAttribute("list") ? "combobox" : "textbox";
}
