// Light, dark or as in the system; the choice is a cookie, so the server draws the next page right at once.
import { Controller } from "@hotwired/stimulus";
import { remember } from "../assets/page";

export default class Theme extends Controller<HTMLElement> {
  override connect(): void {
    this.mark();
  }

  choose(event: Event): void {
    const choice = (event.currentTarget as HTMLElement).dataset.themeChoice ?? "auto";
    document.documentElement.dataset.bsTheme = choice;
    remember("okno_theme", choice);
    this.mark();
    document.dispatchEvent(new CustomEvent("theme:changed"));
  }

  private mark(): void {
    const current = document.documentElement.dataset.bsTheme || "auto";
    for (const button of this.element.querySelectorAll<HTMLElement>("[data-theme-choice]")) {
      button.setAttribute("aria-checked", String(button.dataset.themeChoice === current));
    }
  }
}
