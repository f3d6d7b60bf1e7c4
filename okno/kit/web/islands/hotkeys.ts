// Keys that work on every page; by `event.code`, so they are the same keys on a Russian and an English layout.
import { Controller } from "@hotwired/stimulus";
import { isInDialog, isPlain } from "../assets/keys";
import { isTyping } from "../assets/page";

export default class Hotkeys extends Controller<HTMLElement> {
  override connect(): void {
    document.addEventListener("keydown", this.pressed);
  }

  override disconnect(): void {
    document.removeEventListener("keydown", this.pressed);
  }

  palette(): void {
    document.dispatchEvent(new CustomEvent("palette:open"));
  }

  show(): void {
    const sheet = document.querySelector<HTMLTemplateElement>("#hotkeys-template");
    if (sheet) document.querySelector("#dialog-body")?.replaceChildren(sheet.content.cloneNode(true));
  }

  private readonly pressed = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey) this.pressedWithControl(event);
    else if (isPlain(event) && !event.defaultPrevented && !isBusy(event)) this.pressedAlone(event);
  };

  private pressedWithControl(event: KeyboardEvent): void {
    const form = (event.target as HTMLElement).closest?.("form");
    if (event.code === "KeyK") this.answer(event, () => this.palette());
    else if (event.key === "Enter" && form) this.answer(event, () => form.requestSubmit());
  }

  private pressedAlone(event: KeyboardEvent): void {
    const wanted = event.code === "KeyC" ? "[popovertarget=create-menu]" : `[data-hotkey="${event.code}"]`;
    const element = document.querySelector<HTMLElement>(wanted);
    if (event.shiftKey && event.code === "Slash") this.answer(event, () => this.show());
    else if (!event.shiftKey && element)
      this.answer(event, () => (isTyping(element) ? element.focus() : element.click()));
  }

  private answer(event: KeyboardEvent, act: () => void): void {
    event.preventDefault();
    act();
  }
}

/** Letters are letters while somebody types, and a dialog has keys of its own. */
function isBusy(event: KeyboardEvent): boolean {
  return isTyping(event.target) || isInDialog();
}
