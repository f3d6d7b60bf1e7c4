// A text with suggestions under it: arrows choose one, Enter takes it, Esc leaves what was typed.
import { Controller } from "@hotwired/stimulus";
import "./suggest.css";

export default class Suggest extends Controller<HTMLElement> {
  static override targets = ["input", "list"];
  declare readonly inputTarget: HTMLInputElement;
  declare readonly listTarget: HTMLElement;

  private place = -1;

  /** The server has answered. */
  show(): void {
    this.place = -1;
    this.open(this.options.length > 0 && document.activeElement === this.inputTarget);
  }

  key(event: KeyboardEvent): void {
    if (this.listTarget.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.go(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && this.place >= 0) {
      event.preventDefault();
      this.take(this.options[this.place]);
    } else if (event.key === "Escape") {
      // The dialog around it stays.
      event.preventDefault();
      event.stopPropagation();
      this.open(false);
    }
  }

  /** By pointer; the box keeps the focus. */
  choose(event: Event): void {
    event.preventDefault();
    this.take((event.target as HTMLElement).closest<HTMLElement>("[role=option]") ?? undefined);
  }

  close(): void {
    this.open(false);
  }

  private get options(): HTMLElement[] {
    return [...this.listTarget.querySelectorAll<HTMLElement>("[role=option]")];
  }

  private go(step: number): void {
    const found = this.options;
    this.place = (this.place + step + found.length) % found.length;
    for (const [number, one] of found.entries())
      one.setAttribute("aria-selected", String(number === this.place));
    const chosen = found[this.place];
    chosen?.scrollIntoView?.({ block: "nearest" });
    if (chosen) this.inputTarget.setAttribute("aria-activedescendant", chosen.id);
  }

  private take(one?: HTMLElement): void {
    if (!one) return;
    this.inputTarget.value = one.dataset.value ?? "";
    this.open(false);
    // A street goes on with its houses.
    this.inputTarget.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private open(isOpen: boolean): void {
    this.listTarget.hidden = !isOpen;
    this.inputTarget.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) this.inputTarget.removeAttribute("aria-activedescendant");
  }
}
