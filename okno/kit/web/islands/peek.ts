// A look at a linked record without leaving the page: Space on a link, or its eye, opens the panel on the right.
import { Controller } from "@hotwired/stimulus";
import { isPlain } from "../assets/keys";
import { showAside } from "../assets/rows";

export default class Peek extends Controller<HTMLElement> {
  override connect(): void {
    document.addEventListener("keydown", this.key, true);
    document.addEventListener("click", this.clicked);
  }

  override disconnect(): void {
    document.removeEventListener("keydown", this.key, true);
    document.removeEventListener("click", this.clicked);
  }

  /** Before the list hears of it: on a link inside a row the link is meant, not the row. */
  private readonly key = (event: KeyboardEvent): void => {
    const link = event.target as HTMLElement;
    if (event.code !== "Space" || !link.matches?.("a[href^='/']") || !isPlain(event)) return;
    if (link.closest(".board-card, .calendar-card")) return; // there Space picks it up
    event.preventDefault();
    event.stopPropagation();
    this.look(new URL((link as HTMLAnchorElement).href).pathname);
  };

  private readonly clicked = (event: MouseEvent): void => {
    const eye = (event.target as HTMLElement).closest?.<HTMLElement>("[data-peek]");
    if (!eye) return;
    event.preventDefault();
    const select = eye.closest(".link-input")?.querySelector<HTMLSelectElement>("select");
    const value = select?.value ?? "";
    if (!select) this.look(eye.dataset.peek ?? "");
    else if (value) this.look((eye.dataset.peek ?? "").replace("{id}", value));
  };

  private look(url: string): void {
    if (url) showAside(`/peek/?url=${encodeURIComponent(url)}`);
  }
}
