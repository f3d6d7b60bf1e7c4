// Tabs of the composer on a card; the whole box changes colour when only colleagues will see the text.
import { Controller } from "@hotwired/stimulus";

export default class Composer extends Controller<HTMLElement> {
  static override targets = ["tab", "panel"];
  declare readonly tabTargets: HTMLElement[];
  declare readonly panelTargets: HTMLElement[];

  override connect(): void {
    const active = this.tabTargets.find((tab) => tab.getAttribute("aria-selected") === "true");
    if (active) this.colour(active);
  }

  choose(event: Event): void {
    this.show(event.currentTarget as HTMLElement);
  }

  key(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const tabs = this.tabTargets;
    const next = tabs[(tabs.indexOf(event.currentTarget as HTMLElement) + step + tabs.length) % tabs.length];
    if (next) this.show(next);
    next?.focus();
  }

  sent(event: Event): void {
    if ((event as CustomEvent<{ successful: boolean }>).detail.successful)
      (event.currentTarget as HTMLFormElement).reset();
  }

  private show(chosen: HTMLElement): void {
    for (const tab of this.tabTargets) {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
    }
    for (const panel of this.panelTargets) panel.hidden = panel.id !== chosen.getAttribute("aria-controls");
    this.colour(chosen);
    this.panelTargets
      .find((panel) => !panel.hidden)
      ?.querySelector<HTMLElement>("textarea, input")
      ?.focus();
  }

  private colour(tab: HTMLElement): void {
    this.element.classList.toggle("is-internal", tab.dataset.internal === "true");
  }
}
