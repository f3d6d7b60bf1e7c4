// Rows of a form: picked or empty ones are brought from the server, removed ones go at once; totals are counted there.
import { Controller } from "@hotwired/stimulus";
import { htmx } from "../assets/htmx";

interface Picker {
  blur(): void;
  clear(silent: boolean): void;
  close(): void;
}

export default class Table extends Controller<HTMLFormElement> {
  static override targets = ["body", "about"];
  static override values = { rowUrl: String, next: Number };
  declare readonly bodyTarget: HTMLTableSectionElement;
  declare readonly aboutTargets: (HTMLInputElement | HTMLSelectElement)[];
  declare readonly rowUrlValue: string;
  declare nextValue: number;

  private last = Promise.resolve();

  async pick(event: Event): Promise<void> {
    const picker = event.target as HTMLSelectElement & { tomselect?: Picker };
    if (picker.name !== "pick" || !picker.value) return;
    event.stopPropagation();
    // Choices that are still on their way must not open over the new row.
    picker.tomselect?.blur();
    await this.bring(`&choice=${encodeURIComponent(picker.value)}`);
    picker.tomselect?.clear(true);
    picker.tomselect?.close();
  }

  async add(): Promise<void> {
    await this.bring("");
  }

  remove(event: Event): void {
    const row = (event.currentTarget as HTMLElement).closest("tr");
    const near = (row?.nextElementSibling ?? row?.previousElementSibling)?.querySelector("input, select");
    row?.remove();
    if (near instanceof HTMLElement) near.focus();
    this.changed();
  }

  /** One after the other: of several rows asked for at once htmx would bring the first and the last only. */
  private bring(choice: string): Promise<void> {
    this.last = this.last.catch(() => undefined).then(() => this.ask(choice));
    return this.last;
  }

  private async ask(choice: string): Promise<void> {
    const number = this.nextValue;
    this.nextValue = number + 1;
    // What a row is made of may depend on the head of the form: prices, on its currency.
    const about = this.aboutTargets.map((one) => `&${one.name}=${encodeURIComponent(one.value)}`).join("");
    await htmx.ajax("get", `${this.rowUrlValue}&number=${number}${choice}${about}`, {
      source: this.bodyTarget,
      target: this.bodyTarget,
      swap: "beforeend",
    });
    // What was picked has its name already: the next thing to type is how much.
    const next = choice ? ".num-input" : "input:not([type=hidden])";
    const fresh = this.bodyTarget.lastElementChild?.querySelector<HTMLInputElement>(next);
    fresh?.focus();
    if (choice) fresh?.select();
    this.changed();
  }

  private changed(): void {
    this.element.dispatchEvent(new CustomEvent("table:changed", { bubbles: true }));
  }
}
