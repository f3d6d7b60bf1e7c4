// The order of blocks of the desktop: rows are dragged by their handles or moved by the arrow keys.
import { Controller } from "@hotwired/stimulus";
import type Sortable from "sortablejs";

const STEPS: Record<string, number> = { ArrowUp: -1, ArrowDown: 1 };

export default class Arrange extends Controller<HTMLFormElement> {
  static override targets = ["list"];
  declare readonly listTarget: HTMLElement;

  private sortable?: Sortable;

  override async connect(): Promise<void> {
    const { default: Sorting } = await import("sortablejs");
    if (!this.element.isConnected) return;
    this.sortable = Sorting.create(this.listTarget, { handle: ".arrange-handle", animation: 120 });
  }

  override disconnect(): void {
    this.sortable?.destroy();
  }

  move(event: KeyboardEvent): void {
    const step = STEPS[event.key];
    const handle = event.currentTarget as HTMLElement;
    const row = handle.closest("li");
    if (!step || !row) return;
    event.preventDefault();
    if (step < 0) row.previousElementSibling?.before(row);
    else row.nextElementSibling?.after(row);
    // A moved element loses the focus, and the next press has to reach it.
    handle.focus();
  }
}
