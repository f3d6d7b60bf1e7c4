// A choice of what is done fills in how many minutes it usually takes, unless somebody has said otherwise.
import { Controller } from "@hotwired/stimulus";

export default class Lasting extends Controller<HTMLSelectElement> {
  static override values = { usual: Object };
  declare readonly usualValue: Record<string, number>;
  private offered = "";
  /** Kept, as a field that has left its form names it no more. */
  private form: HTMLFormElement | null = null;

  override connect(): void {
    // Islands come a moment after the page: what was chosen meanwhile counts too.
    const came = [...this.element.options].find((one) => one.defaultSelected) ?? this.element.options[0];
    this.offered = String(this.usualValue[came?.value ?? ""] ?? "");
    if (this.element.value !== came?.value) this.chosen();
    this.element.addEventListener("change", this.chosen);
    this.form = this.element.form;
    this.form?.addEventListener("reset", this.begun);
  }

  override disconnect(): void {
    this.element.removeEventListener("change", this.chosen);
    this.form?.removeEventListener("reset", this.begun);
  }

  private readonly chosen = (): void => {
    const minutes = this.element.form?.elements.namedItem("duration");
    if (!(minutes instanceof HTMLInputElement)) return;
    const isOwn = minutes.value !== "" && minutes.value !== this.offered;
    this.offered = this.usual;
    if (!isOwn) minutes.value = this.offered;
  };

  /** The form stands as it came: fields get their first values right after this. */
  private readonly begun = (): void => {
    queueMicrotask(() => {
      this.offered = this.usual;
    });
  };

  private get usual(): string {
    return String(this.usualValue[this.element.value] ?? "");
  }
}
