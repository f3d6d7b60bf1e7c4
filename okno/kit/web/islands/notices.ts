// The panel of notices on the right: opened by the bell, it stays open from page to page and never takes the focus.
import { Controller } from "@hotwired/stimulus";
import { htmx } from "../assets/htmx";

const KEPT = "okno:notices";
/** On narrow screens the bell leads to the page instead. */
const WIDE = "(min-width: 720px)";

export default class Notices extends Controller<HTMLElement> {
  static override targets = ["panel"];
  static override values = { url: String };
  declare readonly panelTarget: HTMLElement;
  declare readonly hasPanelTarget: boolean;
  declare readonly urlValue: string;

  override connect(): void {
    document.addEventListener("keydown", this.escape);
    if (this.hasPanelTarget && sessionStorage.getItem(KEPT) && window.matchMedia(WIDE).matches) this.open();
  }

  override disconnect(): void {
    document.removeEventListener("keydown", this.escape);
  }

  toggle(event: MouseEvent): void {
    if (event.ctrlKey || event.metaKey || !this.hasPanelTarget || !window.matchMedia(WIDE).matches) return;
    event.preventDefault();
    if (this.panelTarget.hidden) this.open();
    else this.close();
  }

  close(): void {
    sessionStorage.removeItem(KEPT);
    this.panelTarget.hidden = true;
    this.panelTarget.replaceChildren();
  }

  private open(): void {
    sessionStorage.setItem(KEPT, "open");
    this.panelTarget.hidden = false;
    htmx.ajax("get", this.urlValue, {
      source: this.panelTarget,
      target: this.panelTarget,
      swap: "innerHTML",
    });
  }

  /** Esc closes it only from inside: elsewhere the key belongs to what the person works in. */
  private readonly escape = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && this.hasPanelTarget && this.panelTarget.contains(document.activeElement))
      this.close();
  };
}
