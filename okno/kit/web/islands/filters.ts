// The filter form: narrows its fields while one types, and sends only those that were filled in.
import { Controller } from "@hotwired/stimulus";

export default class Filters extends Controller<HTMLFormElement> {
  static override targets = ["search", "field"];
  declare readonly searchTarget: HTMLInputElement;
  declare readonly fieldTargets: HTMLElement[];

  narrow(): void {
    const wanted = this.searchTarget.value.trim().toLowerCase();
    for (const field of this.fieldTargets) {
      const label = field.querySelector("label")?.textContent?.toLowerCase() ?? "";
      field.hidden = !label.includes(wanted) && !isFilled(field);
    }
  }

  /** Empty fields would make the address long and say nothing. */
  tidy(): void {
    for (const input of this.element.querySelectorAll<HTMLInputElement | HTMLSelectElement>("[name]")) {
      if (input.value === "") input.disabled = true;
    }
  }
}

function isFilled(field: HTMLElement): boolean {
  return [...field.querySelectorAll<HTMLInputElement>("[name]")].some((input) =>
    input.type === "checkbox" || input.type === "radio" ? input.checked : input.value !== "",
  );
}
