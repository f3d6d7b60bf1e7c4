// The editor of a condition: a button or another operator asks for it anew, a changed value for its sentence and count.
import { Controller } from "@hotwired/stimulus";
import { htmx } from "../assets/htmx";

const CALM_MS = 400;

export default class Condition extends Controller<HTMLElement> {
  static override targets = ["told"];
  declare readonly toldTarget: HTMLElement;

  private timer = 0;

  override connect(): void {
    this.element.addEventListener("change", this.changed);
    this.element.addEventListener("input", this.typed);
    this.element.addEventListener("htmx:configRequest", this.asking);
  }

  override disconnect(): void {
    clearTimeout(this.timer);
  }

  act(event: Event): void {
    this.ask((event.currentTarget as HTMLButtonElement).value);
  }

  private readonly changed = (event: Event): void => {
    const input = event.target as HTMLSelectElement;
    if (input.dataset.conditionDo) {
      if (input.value) this.ask(input.dataset.conditionDo);
    } else if ("conditionShape" in input.dataset) this.ask("shape");
    else this.tell();
  };

  private readonly typed = (event: Event): void => {
    if ((event.target as HTMLElement).matches("input[name], textarea[name]")) this.tell();
  };

  /** The word for the server goes with the request, so no field of the form has to hold it. */
  private ask(what: string): void {
    clearTimeout(this.timer);
    this.element.dataset.do = what;
    htmx.trigger(this.element, "shape", {});
  }

  private readonly asking = (event: Event): void => {
    const { detail, target } = event as CustomEvent<{ parameters: Record<string, string> }>;
    if (target === this.element) detail.parameters.do = this.element.dataset.do ?? "";
  };

  private tell(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => htmx.trigger(this.toldTarget, "told", {}), CALM_MS);
  }
}
