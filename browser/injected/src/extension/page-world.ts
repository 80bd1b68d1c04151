// In the page's own world while a recording is on: tells of what no content script can hear, by events whose random
// name only the content script knows. It is there before the page's scripts, and changes no answer that they get.
import { tellOfDetached } from "../detached";

const NOT_SHOWN_MS = 4;
const { dispatchEvent } = EventTarget.prototype;
const Told = CustomEvent;
const apply = Reflect.apply;
const now = performance.now.bind(performance);

interface Answer { accepted: boolean; text: string }

function wrap(type: "alert" | "confirm" | "prompt", told: string, meaning: (answer: unknown) => Answer): void {
  const native = window[type] as (...args: unknown[]) => unknown;
  window[type] = { [type](this: Window | undefined, ...args: unknown[]): unknown {
    // The message is made text once, as it would be without us: making it may run the page's code.
    if (Object(args[0]) === args[0]) args[0] = `${args[0] as string}`;
    const began = now();
    const answer = apply(native, this ?? window, args);
    // Chrome shows no dialog of a sandboxed or foreign frame, and answers at once; nobody answers that fast.
    if (now() - began > NOT_SHOWN_MS) apply(dispatchEvent, window, [new Told(`${told}d`, { detail: { type, message: args.length ? `${args[0] as string}` : "", ...meaning(answer) } })]);
    return answer;
  } }[type] as never;
}

function begin(event: Event): void {
  event.preventDefault();
  const told = (event as CustomEvent<string>).detail;
  tellOfDetached(told);
  wrap("alert", told, () => ({ accepted: true, text: "" }));
  wrap("confirm", told, (answer) => ({ accepted: answer === true, text: "" }));
  wrap("prompt", told, (answer) => ({ accepted: answer !== null, text: typeof answer === "string" ? answer : "" }));
}

window.addEventListener("showonce-name", begin, { once: true });
window.dispatchEvent(new CustomEvent("showonce-ask"));
