// The content script of every frame while a recording is on: the same capture script as over the debugging port, in the
// extension's own world, which the page can neither see nor call.
import "./prepare";
import "../capture";
