// In the page's own world, put there over the debugging port with the name of its event: see detached.ts.
import { tellOfDetached } from "./detached";

const world = globalThis as unknown as { __showonce_chooser?: string };
const told = world.__showonce_chooser;
delete world.__showonce_chooser;
if (told) tellOfDetached(told);
