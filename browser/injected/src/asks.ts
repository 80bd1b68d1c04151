// What a page asks a person for, of the things that a sign-in asks for; `asked_in` of the replayer asks the same.
import { all, isVisible } from "./tree";

/** A password that is known already; who signs in, by a field marked as that; or one or two lines of text, which may be
 *  who signs in where the address says that it is a sign-in. */
export type Asks = "password" | "name" | "text" | "";

const NEW = "[autocomplete~=new-password i]";
const PASSWORD = `input[type=password]:not(${NEW})`;
const NAME = "input[autocomplete~=username i]";
const TEXT = "input:is(:not([type]),[type=text],[type=email],[type=tel])";
const FEW = 2;

export function asksFor(roots: readonly (Document | ShadowRoot)[]): Asks {
  const shown = (css: string, most = 1): number => {
    let count = 0;
    for (const field of all(roots, css)) if (isVisible(field) && ++count === most) break;
    return count;
  };
  if (shown(PASSWORD)) return "password";
  // Where somebody makes a password up it is a registration, or a form like any other.
  if (shown(NEW)) return "";
  if (shown(NAME)) return "name";
  const texts = shown(TEXT, FEW + 1);
  return texts > 0 && texts <= FEW ? "text" : "";
}
