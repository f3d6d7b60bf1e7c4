// A list under the hand: selection, keys, preview, folding of groups, column widths, visible position, news.
import { Controller } from "@hotwired/stimulus";
import { askWithWidths, dragWidth, restoreWidths } from "../assets/columns";
import { htmx } from "../assets/htmx";
import { isInDialog, isPlain } from "../assets/keys";
import { isTyping, text } from "../assets/page";
import { between, foldGroup, open, preview, setTick, showPicked, step, tickOf } from "../assets/rows";

const EVERYTHING = "[data-action='list#everything']";

export default class List extends Controller<HTMLElement> {
  static override targets = [
    "bar",
    "chosen",
    "all",
    "tickAll",
    "rows",
    "scroll",
    "position",
    "news",
    "table",
  ];
  declare readonly barTarget: HTMLElement;
  declare readonly chosenTarget: HTMLElement;
  declare readonly allTarget: HTMLInputElement;
  declare readonly tickAllTarget: HTMLInputElement;
  declare readonly rowsTarget: HTMLElement;
  declare readonly scrollTarget: HTMLElement;
  declare readonly positionTarget: HTMLElement;
  declare readonly newsTarget: HTMLElement;
  declare readonly tableTarget: HTMLElement;
  declare readonly hasRowsTarget: boolean;
  declare readonly hasPositionTarget: boolean;

  /** The person pressed the button of the news: whatever is selected may go. */
  private isAsked = false;
  private lastTicked?: HTMLElement;
  private firstOfAll?: HTMLElement;
  private readonly sizes = new ResizeObserver(() => this.showPosition());

  override connect(): void {
    this.element.addEventListener("htmx:configRequest", askWithWidths);
    if (!this.hasRowsTarget) return;
    document.addEventListener("keydown", this.key);
    for (const name of ["click", "auxclick"] as const) this.rowsTarget.addEventListener(name, this.clicked);
    this.rowsTarget.addEventListener("live", this.news);
    this.rowsTarget.addEventListener("htmx:beforeSwap", this.arriving);
    this.rowsTarget.addEventListener("htmx:afterSwap", this.arrived);
    this.scrollTarget.addEventListener("scroll", this.showPosition, { passive: true });
    this.sizes.observe(this.scrollTarget);
    restoreWidths(this.tableTarget);
    this.recount();
  }

  override disconnect(): void {
    document.removeEventListener("keydown", this.key);
    this.sizes.disconnect();
  }

  tickAll(): void {
    this.tickRows(this.tickAllTarget.checked);
  }

  clear(): void {
    this.tickRows(false);
  }

  /** Everything that the filter finds, also what is not on the page: the server knows it by the filter. */
  everything(): void {
    this.tickRows(true);
    this.allTarget.value = "1";
    this.firstOfAll = this.rows[0];
    this.chosenTarget.textContent = `${text("selected")} ${this.hasPositionTarget ? this.total : ""}`;
    for (const button of this.barTarget.querySelectorAll<HTMLElement>(EVERYTHING)) button.hidden = true;
  }

  fold(event: Event): void {
    foldGroup(event.currentTarget as HTMLElement);
  }

  refresh(event?: Event): void {
    this.isAsked = event !== undefined;
    this.newsTarget.hidden = true;
    htmx.trigger(this.rowsTarget, "refresh", {});
  }

  grip(event: PointerEvent): void {
    dragWidth(event, this.tableTarget);
  }

  /** Rows are not exchanged under the hand: only when the list stands at its top and nothing is selected. */
  private readonly news = (): void => {
    if (this.isAtRest) this.refresh();
    else this.newsTarget.hidden = false;
  };

  /** A tick set while the new rows were on their way would be lost with the old ones. */
  private readonly arriving = (event: Event): void => {
    const { detail, target } = event as CustomEvent<{ shouldSwap: boolean }>;
    if (target !== this.rowsTarget || this.isAsked || this.isAtRest) return;
    detail.shouldSwap = false;
    this.newsTarget.hidden = false;
  };

  /** Rows that come below belong to all that is chosen; others in the place of these are another list. */
  private readonly arrived = (): void => {
    if (this.allTarget.value && this.rows[0] === this.firstOfAll) this.everything();
    else this.recount();
  };

  private get isAtRest(): boolean {
    const isFocused = this.rowsTarget.contains(document.activeElement);
    return this.scrollTarget.scrollTop < 40 && this.ticked.length === 0 && !isFocused;
  }

  private readonly clicked = (event: MouseEvent): void => {
    const target = event.target as HTMLElement;
    const row = target.closest<HTMLElement>(".list-row");
    if (!row) return;
    if (target.closest(".pick")) this.tick(row, event);
    else if (!target.closest("a, button, input, label") && !getSelection()?.toString()) open(row, event);
  };

  private tick(row: HTMLElement, event: MouseEvent | KeyboardEvent): void {
    const tick = tickOf(row);
    if (!tick) return;
    if (event.target !== tick) tick.checked = !tick.checked;
    if (event.shiftKey && this.lastTicked) {
      for (const one of between(this.rows, this.lastTicked, row)) setTick(one, tick.checked);
    }
    this.lastTicked = row;
    this.recount();
  }

  private tickRows(checked: boolean): void {
    for (const tick of this.ticks) tick.checked = checked;
    this.recount();
  }

  private readonly recount = (): void => {
    const count = this.ticked.length;
    this.allTarget.value = "";
    this.barTarget.hidden = count === 0;
    for (const button of this.barTarget.querySelectorAll("button")) button.hidden = false;
    this.chosenTarget.textContent = `${text("selected")} ${count}`;
    this.tickAllTarget.checked = count > 0 && count === this.ticks.length;
    this.tickAllTarget.indeterminate = count > 0 && count < this.ticks.length;
    showPicked(this.rows);
    this.showPosition();
  };

  private readonly showPosition = (): void => {
    if (!this.hasPositionTarget || !this.rows.length || !this.scrollTarget.clientHeight) return;
    const bottom = this.scrollTarget.getBoundingClientRect().bottom - 36;
    const seen = this.rows.filter((row) => !row.hidden && row.getBoundingClientRect().top < bottom).length;
    this.positionTarget.textContent = `${seen} ${text("of")} ${this.total}`;
  };

  private readonly key = (event: KeyboardEvent): void => {
    if (!isPlain(event) || isInDialog()) return;
    if (isTyping(event.target) && !(event.target as HTMLElement).matches(".tick")) return;
    const row = document.activeElement?.closest<HTMLElement>(".list-row") ?? undefined;
    const acts: Record<string, () => void> = {
      KeyJ: () => this.step(row, 1),
      KeyK: () => this.step(row, -1),
      ...(row && {
        ArrowDown: () => this.step(row, 1),
        ArrowUp: () => this.step(row, -1),
        KeyX: () => this.tick(row, event),
        Space: () => preview(row),
        Enter: () => open(row, event),
      }),
    };
    const act = acts[event.code];
    if (!act || (document.activeElement !== row && event.code === "Enter")) return;
    event.preventDefault();
    act();
  };

  private step(row: HTMLElement | undefined, by: number): void {
    const next = step(this.rows, row, by);
    if (next && document.querySelector<HTMLDialogElement>("#side")?.open) preview(next);
  }

  private get rows(): HTMLElement[] {
    return [...this.rowsTarget.querySelectorAll<HTMLElement>(".list-row")];
  }

  private get ticks(): HTMLInputElement[] {
    return [...this.rowsTarget.querySelectorAll<HTMLInputElement>(".pick .tick")];
  }

  private get ticked(): HTMLInputElement[] {
    return this.ticks.filter((tick) => tick.checked);
  }

  private get total(): string {
    return this.positionTarget.dataset.total ?? "";
  }
}
