// Finds lines of a long form by what they are called: groups without such lines fold away, nothing is left out of the form.
import { Controller } from "@hotwired/stimulus";

export default class Narrow extends Controller<HTMLElement> {
  static override targets = ["group", "line", "nothing"];
  declare readonly groupTargets: HTMLDetailsElement[];
  declare readonly lineTargets: HTMLElement[];
  declare readonly hasNothingTarget: boolean;
  declare readonly nothingTarget: HTMLElement;
  private readonly open = new Map<HTMLDetailsElement, boolean>();

  find(event: Event): void {
    const words = plain((event.currentTarget as HTMLInputElement).value)
      .split(/\s+/)
      .filter(Boolean);
    for (const group of this.groupTargets) if (!this.open.has(group)) this.open.set(group, group.open);
    for (const line of this.lineTargets) {
      const said = plain(
        `${line.dataset.said ?? ""} ${line.closest("details")?.querySelector("summary")?.textContent ?? ""}`,
      );
      line.hidden = !words.every((word) => said.includes(word));
    }
    for (const group of this.groupTargets) {
      const isEmpty = this.lineTargets.every((line) => line.hidden || !group.contains(line));
      group.hidden = isEmpty;
      group.open = words.length ? !isEmpty : (this.open.get(group) ?? false);
    }
    if (!words.length) this.open.clear();
    if (this.hasNothingTarget) this.nothingTarget.hidden = this.groupTargets.some((group) => !group.hidden);
  }

  /** Enter looks; it does not send the form. */
  stay(event: KeyboardEvent): void {
    if (event.key === "Enter") event.preventDefault();
  }
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll("ё", "е");
}
