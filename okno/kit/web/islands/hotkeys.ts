// Keys that work on every page; by `event.code`, so they are the same keys on a Russian and an English layout.
import { Controller } from "@hotwired/stimulus";
import { isInDialog, isPlain } from "../assets/keys";
import { isTyping } from "../assets/page";

/** Codes whose name is not the sign on the key. */
const SIGNS: Record<string, string> = { Slash: "/", BracketLeft: "[", BracketRight: "]" };

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
    if (!sheet) return;
    const content = sheet.content.cloneNode(true) as DocumentFragment;
    fillOwn(content.querySelector("[data-hotkeys-of-page]"));
    document.querySelector("#dialog-body")?.replaceChildren(content);
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
    // The sign stands on other keys of other layouts: on the Russian one it is above 7.
    if (event.key === "?" || (event.shiftKey && event.code === "Slash"))
      this.answer(event, () => this.show());
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

/** The keys of the page stand on its elements: what is listed is what works. */
function fillOwn(body: HTMLElement | null): void {
  const found = new Map<string, string>();
  for (const element of document.querySelectorAll<HTMLElement>("[data-hotkey]")) {
    const sign = signOf(element.dataset.hotkey ?? "");
    if (!found.has(sign)) found.set(sign, nameOf(element));
  }
  if (!found.size) body?.remove();
  for (const [sign, name] of found) body?.append(rowOf(sign, name));
}

function signOf(code: string): string {
  return SIGNS[code] ?? code.replace(/^(Key|Digit)/, "");
}

/** What the element is called, without the key that its title or its badge repeats. */
function nameOf(element: HTMLElement): string {
  const copy = element.cloneNode(true) as HTMLElement;
  for (const part of copy.querySelectorAll("kbd, .count, .icon")) part.remove();
  return element.getAttribute("aria-label") ?? copy.textContent?.replace(/\s+/g, " ").trim() ?? "";
}

function rowOf(sign: string, name: string): HTMLElement {
  const row = document.createElement("tr");
  const head = row.appendChild(document.createElement("th"));
  head.scope = "row";
  head.appendChild(document.createElement("kbd")).textContent = sign;
  row.appendChild(document.createElement("td")).textContent = name;
  return row;
}
