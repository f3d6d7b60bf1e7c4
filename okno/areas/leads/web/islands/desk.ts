// The workplace of enquiries: the row under the hand is shown beside the list, and stays so after what was done to it.
import { Controller } from "@hotwired/stimulus";
import { htmx } from "../../../../kit/web/assets/htmx";
import { paused } from "../../../../kit/web/assets/page";

export default class Desk extends Controller<HTMLElement> {
  static override targets = ["side"];
  declare readonly sideTarget: HTMLElement;

  private shown = "";
  /** The hand was taken off a row so that the list could be asked anew. */
  private isHeld = false;
  /** Keys may run over many rows: only the one they stop at is asked for. */
  private readonly ask = paused(120, (url: string) => this.bring(url));

  override connect(): void {
    this.element.addEventListener("focusin", this.focused);
    this.element.addEventListener("click", this.clicked, { capture: true });
    this.element.addEventListener("keydown", this.pressed, { capture: true });
    this.element.addEventListener("htmx:afterSwap", this.swapped);
    document.addEventListener("live:resync", this.resync);
    if (this.isWide) this.show(this.rows[0]);
  }

  override disconnect(): void {
    this.element.removeEventListener("focusin", this.focused);
    this.element.removeEventListener("click", this.clicked, { capture: true });
    this.element.removeEventListener("keydown", this.pressed, { capture: true });
    this.element.removeEventListener("htmx:afterSwap", this.swapped);
    document.removeEventListener("live:resync", this.resync);
  }

  /** On a narrow screen there is no place beside the list: rows open their cards. */
  private get isWide(): boolean {
    return getComputedStyle(this.sideTarget).display !== "none";
  }

  private get rows(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>(".list-row")];
  }

  private readonly focused = (event: FocusEvent): void => {
    const row = (event.target as HTMLElement).closest<HTMLElement>(".list-row");
    if (row && this.isWide) this.show(row);
  };

  private readonly clicked = (event: MouseEvent): void => {
    const target = event.target as HTMLElement;
    const row = target.closest<HTMLElement>(".list-row");
    const isOther = event.ctrlKey || event.metaKey || target.closest("a, button, input, label, .pick");
    if (!row || isOther || !this.isWide || getSelection()?.toString()) return;
    event.stopPropagation();
    row.focus();
    this.show(row);
  };

  /** Space would open what stands beside the list already. */
  private readonly pressed = (event: KeyboardEvent): void => {
    if (event.code !== "Space" || !this.isWide || !(event.target as HTMLElement).matches(".list-row")) return;
    event.preventDefault();
    event.stopPropagation();
  };

  private show(row: HTMLElement | undefined): void {
    const url = row?.dataset.previewUrl;
    if (!row || !url || url === this.shown) return;
    for (const one of this.rows) one.classList.toggle("is-shown", one === row);
    this.shown = url;
    this.ask(url);
  }

  private bring(url: string): void {
    if (url === this.shown) {
      htmx.ajax("get", url, { source: this.sideTarget, target: this.sideTarget, swap: "innerHTML" });
    }
  }

  /** Something was done to a row: the list is asked anew, and the hand stays where it was. */
  private readonly resync = (): void => {
    const active = document.activeElement as HTMLElement | null;
    if (!active || !this.element.contains(active)) return;
    this.isHeld = active.closest(".list-row") !== null;
    active.blur();
  };

  private readonly swapped = (event: Event): void => {
    if ((event.target as HTMLElement).id !== "list-rows" || !this.isWide) return;
    const row = this.rows.find((one) => one.dataset.previewUrl === this.shown);
    row?.classList.add("is-shown");
    // Only the hand that was there comes back: news are not shown by themselves under a focused row.
    if (this.isHeld && document.activeElement === document.body) (row ?? this.rows[0])?.focus();
    else if (!row) this.show(this.rows[0]);
    this.isHeld = false;
  };
}
