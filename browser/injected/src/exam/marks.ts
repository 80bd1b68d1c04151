// Mutations of what only programmers see: ids, classes, test ids, names, addresses, style.
import { TEST_IDS } from "../describe";
import { all, rootsOf } from "../tree";
import { pickOf, wordOf, type Mutation } from "./world";

const REFERRING = ["for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "list", "form", "popovertarget", "commandfor"];

const ids: Mutation = ({ chance }) => {
  const names = new Map<string, string>();
  for (const element of all(rootsOf(document), "[id]")) {
    names.set(element.id, names.get(element.id) ?? `${wordOf(chance)}-${names.size}`);
    element.id = names.get(element.id)!;
  }
  for (const element of all(rootsOf(document), REFERRING.map((name) => `[${name}]`).join())) {
    for (const name of REFERRING) {
      const value = element.getAttribute(name);
      if (value) element.setAttribute(name, value.split(/\s+/).map((id) => names.get(id) ?? id).join(" "));
    }
  }
  for (const link of all(rootsOf(document), "a[href^='#']")) {
    const id = link.getAttribute("href")!.slice(1);
    if (names.has(id)) link.setAttribute("href", `#${names.get(id)!}`);
  }
  inSelectors(/#([\w-]+)/g, (id) => `#${names.get(id) ?? id}`);
  return names.size > 0;
};

const classes: Mutation = ({ chance }) => {
  const names = new Map<string, string>();
  for (const element of all(rootsOf(document), "[class]")) {
    const renamed = Array.from(element.classList, (name) => {
      if (!names.has(name)) names.set(name, wordOf(chance));
      return names.get(name)!;
    });
    element.setAttribute("class", renamed.join(" "));
  }
  inSelectors(/\.(-?[_a-zA-Z][\w-]*)/g, (name) => `.${names.get(name) ?? name}`);
  return names.size > 0;
};

/** The page must be drawn as before: its rules follow. */
function inSelectors(pattern: RegExp, change: (name: string) => string): void {
  const visit = (rules: CSSRuleList): void => {
    for (const rule of rules) {
      if (rule instanceof CSSStyleRule) rule.selectorText = rule.selectorText.replace(pattern, (_, name: string) => change(name));
      if ("cssRules" in rule) visit(rule.cssRules as CSSRuleList);
    }
  };
  for (const root of rootsOf(document)) for (const sheet of root.styleSheets) visit(rulesOf(sheet));
}

/** None of a sheet that was not kept and so was not loaded. */
function rulesOf(sheet: CSSStyleSheet): CSSRuleList {
  try { return sheet.cssRules; } catch { return new CSSStyleSheet().cssRules; }
}

const testIds: Mutation = ({ chance }) => {
  const found = all(rootsOf(document), TEST_IDS.map((name) => `[${name}]`).join());
  for (const element of found) for (const name of TEST_IDS) if (element.hasAttribute(name)) element.setAttribute(name, wordOf(chance));
  return found.length > 0;
};

const names: Mutation = ({ chance }) => {
  const before = wordOf(chance).slice(0, 3);
  const found = all(rootsOf(document), "input[name],select[name],textarea[name],button[name]");
  for (const element of found) element.setAttribute("name", `${before}_${element.getAttribute("name")!}`);
  return found.length > 0;
};

/** Records are numbered anew. */
const hrefs: Mutation = ({ chance }) => {
  const more = 100 + Math.floor(chance() * 900);
  const found = all(rootsOf(document), "a[href]").filter((link) => /\d/.test(link.getAttribute("href")!));
  for (const link of found) link.setAttribute("href", link.getAttribute("href")!.replace(/\d+/g, (digits) => String(Number(digits) + more)));
  return found.length > 0;
};

/** The pages stand under another path. */
const paths: Mutation = ({ chance }) => {
  const found = all(rootsOf(document), "a[href^='/']");
  const before = pickOf(chance, ["/app", "/v2", "/desk"]);
  for (const link of found) link.setAttribute("href", before + link.getAttribute("href")!);
  return found.length > 0;
};

/** What the target has besides what it is called. */
const strip: Mutation = ({ truth }) => {
  const found = Array.from(truth.attributes, ({ name }) => name).filter((name) => name.startsWith("data-") || ["class", "autocomplete", "tabindex"].includes(name));
  for (const name of found) truth.removeAttribute(name);
  return found.length > 0;
};

const restyle: Mutation = ({ chance }) => {
  const sheet = document.createElement("style");
  const [ground, ink] = pickOf(chance, [["#111820", "#e8edf2"], ["#fff8ee", "#3b2a10"]]);
  const size = pickOf(chance, [13, 18]);
  sheet.textContent = `body{background:${ground}!important;color:${ink}!important;font:${size}px/1.6 serif!important;padding:${size}px!important}
    a,button,input,select,textarea{font:inherit!important;border-radius:12px!important;padding:.6em .9em!important;margin:.2em!important}`;
  document.head.append(sheet);
  return true;
};

export const MARKS: Record<string, Mutation> = { ids, classes, "test-ids": testIds, names, hrefs, paths, strip, restyle };
