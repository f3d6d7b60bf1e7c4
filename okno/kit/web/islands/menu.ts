// A button with a menu: the browser's popover opens and closes it, the island places it and moves the focus.
import { Controller } from "@hotwired/stimulus";

const MOVES: Record<string, (at: number, count: number) => number> = {
  ArrowDown: (at, count) => (at + 1) % count,
  ArrowUp: (at, count) => (at - 1 + count) % count,
  Home: () => 0,
  End: (_at, count) => count - 1,
};

export default class Menu extends Controller<HTMLElement> {
  static override targets = ["button", "panel"];
  declare readonly buttonTarget: HTMLElement;
  declare readonly panelTarget: HTMLElement;

  override connect(): void {
    this.panelTarget.addEventListener("toggle", this.toggled);
    this.panelTarget.addEventListener("keydown", this.key);
    this.panelTarget.addEventListener("click", this.chosen);
    this.buttonTarget.setAttribute("aria-expanded", "false");
  }

  private readonly toggled = (event: Event): void => {
    const open = (event as ToggleEvent).newState === "open";
    this.buttonTarget.setAttribute("aria-expanded", String(open));
    if (!open) return;
    this.place();
    this.items[0]?.focus();
  };

  /** Under the button, inside the window; above it when there is no room below. */
  private place(): void {
    const button = this.buttonTarget.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.panelTarget;
    const left = button.left + width > window.innerWidth - 8 ? button.right - width : button.left;
    const below = button.bottom + 4;
    const top =
      below + height > window.innerHeight - 8 && button.top > height ? button.top - height - 4 : below;
    this.panelTarget.style.left = `${Math.max(8, left)}px`;
    this.panelTarget.style.top = `${top}px`;
  }

  private readonly key = (event: KeyboardEvent): void => {
    const move = MOVES[event.key];
    const items = this.items;
    if (!move || items.length === 0 || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    items[move(items.indexOf(document.activeElement as HTMLElement), items.length)]?.focus();
  };

  private readonly chosen = (event: Event): void => {
    const item = (event.target as HTMLElement).closest(".menu-item");
    if (item && !item.hasAttribute("data-menu-stay")) this.panelTarget.hidePopover?.();
  };

  private get items(): HTMLElement[] {
    return [...this.panelTarget.querySelectorAll<HTMLElement>(".menu-item:not([disabled])")];
  }
}
