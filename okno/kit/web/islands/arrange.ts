// Lists whose rows are dragged by their handles or moved by the arrow keys, also from one list to the next of its group.
import { Controller } from "@hotwired/stimulus";
import type Sortable from "sortablejs";
import { stepOf } from "../assets/keys";

export default class Arrange extends Controller<HTMLElement> {
  static override targets = ["list"];
  declare readonly listTargets: HTMLElement[];

  private sortables: Sortable[] = [];

  override async connect(): Promise<void> {
    const { default: Sorting } = await import("sortablejs");
    if (!this.element.isConnected) return;
    this.sortables = this.listTargets.map((list) =>
      Sorting.create(list, {
        handle: ".arrange-handle",
        animation: 120,
        ...(list.dataset.arrangeGroup && { group: list.dataset.arrangeGroup }),
      }),
    );
  }

  override disconnect(): void {
    for (const one of this.sortables) one.destroy();
  }

  move(event: KeyboardEvent): void {
    const step = stepOf(event.key);
    const handle = event.currentTarget as HTMLElement;
    const row = handle.closest("li");
    if (!step || !row) return;
    event.preventDefault();
    const near = step < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (near) near[step < 0 ? "before" : "after"](row);
    else this.over(row, step);
    // A moved element loses the focus, and the next press has to reach it.
    handle.focus();
  }

  /** Past the edge of its list a row goes into the next list of the same group. */
  private over(row: HTMLElement, step: number): void {
    const own = row.parentElement as HTMLElement;
    const group = own.dataset.arrangeGroup;
    const alike = this.listTargets.filter((list) => group && list.dataset.arrangeGroup === group);
    const next = alike[alike.indexOf(own) + step];
    if (step < 0) next?.append(row);
    else next?.prepend(row);
  }
}
