// In the page's own world: tells, by an event of this name, of file inputs that never stand in the page, whose `change`
// event therefore reaches no listener of ours. It does what the page asked, and only then listens.

export function tellOfDetached(told: string): void {
  const { click, showPicker } = HTMLInputElement.prototype;
  const { addEventListener, dispatchEvent } = EventTarget.prototype;
  const Told = MouseEvent;
  const apply = Reflect.apply;
  const listened = new WeakSet<HTMLInputElement>();
  const heard = function (this: HTMLInputElement): void { apply(dispatchEvent, window, [new Told(told, { relatedTarget: this })]); };
  const listen = (input: HTMLInputElement): void => {
    if (input.type !== "file" || input.isConnected || listened.has(input)) return;
    listened.add(input);
    apply(addEventListener, input, ["change", heard]);
  };
  HTMLInputElement.prototype.click = { click(this: HTMLInputElement): void { listen(this); apply(click, this, []); } }.click;
  HTMLInputElement.prototype.showPicker = { showPicker(this: HTMLInputElement): void { listen(this); apply(showPicker, this, []); } }.showPicker;
}
