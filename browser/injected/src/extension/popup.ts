// The extension's popup: the person gives the code that `showonce record --extension` printed, and may stop here too.

interface State { recording: boolean; words: string }
const begin = document.querySelector<HTMLFormElement>("#begin")!;
const end = document.querySelector<HTMLFormElement>("#end")!;
const code = document.querySelector<HTMLInputElement>("#code")!;
const said = document.querySelector<HTMLElement>("#said")!;

function show(state: State): void {
  begin.hidden = state.recording;
  end.hidden = !state.recording;
  said.textContent = state.words;
}

async function ask(message: object): Promise<void> { show(await chrome.runtime.sendMessage(message) as State); }

begin.addEventListener("submit", (event) => { event.preventDefault(); said.textContent = "Looking for showonce…"; void ask({ begin: code.value.trim() }); });
end.addEventListener("submit", (event) => { event.preventDefault(); void ask({ stop: true }); });
void ask({ state: true });
