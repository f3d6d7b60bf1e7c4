// A row of tabs that does not fit begins at the one that is open: on a phone the fifth step would be out of sight.
import { Controller } from "@hotwired/stimulus";

export default class Tabs extends Controller<HTMLElement> {
  override connect(): void {
    const open = this.element.querySelector<HTMLElement>("[aria-current]");
    if (!open) return;
    const [row, tab] = [this.element.getBoundingClientRect(), open.getBoundingClientRect()];
    // Half of the room is left on both sides, so that what comes next is seen too.
    this.element.scrollLeft += tab.left - row.left - (row.width - tab.width) / 2;
  }
}
