// A list under the hand: selection, keys, preview, folding of groups, column widths, visible position, news.
import { Controller } from "@hotwired/stimulus";
import { dragWidth, restoreWidths } from "../assets/columns";
import { htmx } from "../assets/htmx";
import { isInDialog, isPlain } from "../assets/keys";
import { isTyping, text } from "../assets/page";
import { foldGroup, open, preview, setTick, tickOf } from "../assets/rows";

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

  override connect(): void {
    this.element.addEventListener("htmx:configRequest", this.withWidths);
    if (!this.hasRowsTarget) return;
    document.addEventListener("keydown", this.key);
    this.rowsTarget.addEventListener("click", this.clicked);
    this.rowsTarget.addEventListener("auxclick", this.clicked);
    this.rowsTarget.addEventListener("live", this.news);
    this.rowsTarget.addEventListener("htmx:beforeSwap", this.arriving);
    this.rowsTarget.addEventListener("htmx:afterSwap", this.recount);
    this.scrollTarget.addEventListener("scroll", this.showPosition, { passive: true });
    new ResizeObserver(this.showPosition).observe(this.scrollTarget);
    restoreWidths(this.tableTarget);
    this.recount();
  }

  override disconnect(): void {
    document.removeEventListener("keydown", this.key);
  }

  tickAll(): void {
    for (const tick of this.ticks) tick.checked = this.tickAllTarget.checked;
    this.recount();
  }

  clear(): void {
    for (const tick of this.ticks) tick.checked = false;
    this.recount();
  }

  /** Everything that the filter finds, also what is not on the page: the server knows it by the filter. */
  everything(event: Event): void {
    this.allTarget.value = "1";
    const button = event.currentTarget as HTMLElement;
    this.chosenTarget.textContent = `${text("selected")} ${this.hasPositionTarget ? this.total : ""}`;
    button.hidden = true;
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

  /** Widths dragged since the page came are asked with: the dialog that saves the view has to know them. */
  private readonly withWidths = (event: Event): void => {
    const { parameters, verb } = (event as CustomEvent<{ parameters: Record<string, string>; verb: string }>)
      .detail;
    const widths = new URLSearchParams(location.search).get("w");
    if (widths && verb === "get") parameters.w = widths;
  };

  /** A tick set while the new rows were on their way would be lost with the old ones. */
  private readonly arriving = (event: Event): void => {
    const { detail, target } = event as CustomEvent<{ shouldSwap: boolean }>;
    if (target !== this.rowsTarget || this.isAsked || this.isAtRest) return;
    detail.shouldSwap = false;
    this.newsTarget.hidden = false;
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
      const rows = this.rows;
      const [from, to] = [rows.indexOf(this.lastTicked), rows.indexOf(row)].sort((a, b) => a - b);
      for (const between of rows.slice(from, (to ?? 0) + 1)) setTick(between, tick.checked);
    }
    this.lastTicked = row;
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
    for (const row of this.rows) row.classList.toggle("is-picked", tickOf(row)?.checked ?? false);
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
    const rows = this.rows.filter((one) => !one.hidden);
    const next = rows[row ? rows.indexOf(row) + by : 0];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
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
