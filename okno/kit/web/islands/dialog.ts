// A dialog that opens when htmx brings something into its body and is emptied when it closes.
import { Controller } from "@hotwired/stimulus";
import { type Place, placeOf, standsAt } from "../assets/held-focus";

export default class Dialog extends Controller<HTMLDialogElement> {
  static override targets = ["body"];
  static override values = { modal: { type: Boolean, default: true } };
  declare readonly bodyTarget: HTMLElement;
  declare readonly modalValue: boolean;

  private observer?: MutationObserver;
  /** What opened the dialog: the browser gives the focus back to it, unless it was drawn anew meanwhile. */
  private opener?: Place;

  override connect(): void {
    this.observer = new MutationObserver(() => this.follow());
    this.observer.observe(this.bodyTarget, { childList: true });
    this.element.addEventListener("close", this.emptied);
    this.element.addEventListener("click", this.clicked);
    document.addEventListener("keydown", this.escape);
    document.addEventListener("dialog:close", this.close);
    this.follow();
  }

  override disconnect(): void {
    this.observer?.disconnect();
    document.removeEventListener("dialog:close", this.close);
    document.removeEventListener("keydown", this.escape);
  }

  readonly close = (): void => {
    if (this.element.open) this.element.close();
  };

  private follow(): void {
    const filled = this.bodyTarget.childElementCount > 0;
    if (filled && !this.element.open) this.open();
    if (!filled) this.close();
  }

  private open(): void {
    if (this.modalValue) this.openOver();
    else this.openBeside();
  }

  private openOver(): void {
    const active = document.activeElement;
    this.opener =
      active instanceof HTMLElement && active !== document.body ? placeOf(active, document) : undefined;
    this.element.showModal();
    this.element.querySelector<HTMLElement>("[autofocus], [aria-invalid=true]")?.focus();
  }

  /** A panel beside the list leaves the focus where the person works. */
  private openBeside(): void {
    const active = document.activeElement as HTMLElement | null;
    this.element.show();
    active?.focus();
  }

  /** A click on the backdrop closes, unless something was typed: that would be lost by a slip of the hand. */
  private readonly clicked = (event: MouseEvent): void => {
    const wanted = (event.target as HTMLElement).closest("[data-dialog-close]");
    if (wanted) this.close();
    if (this.modalValue && event.target === this.element && !this.isChanged) this.close();
  };

  private readonly escape = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && !this.modalValue) this.close();
  };

  private readonly emptied = (): void => {
    this.bodyTarget.replaceChildren();
    if (this.opener && document.activeElement === document.body) standsAt(this.opener)?.focus();
    this.opener = undefined;
  };

  private get isChanged(): boolean {
    const fields = this.element.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(
      "input:not([type=hidden]):not([type=checkbox]):not([type=radio]), textarea",
    );
    return [...fields].some((field) => field.value !== field.defaultValue);
  }
}
