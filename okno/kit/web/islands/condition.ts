// The editor of a condition: a button or another operator asks for it anew, a changed value for its sentence and count.
import { Controller } from "@hotwired/stimulus";
import { htmx } from "../assets/htmx";

const CALM_MS = 400;
/** The name of what had the focus when the editor was asked for anew: whoever goes by keys goes on from there. */
let held: string | undefined;

function nameOf(element: Element | null): string {
  // A select that searches hides behind an input of its own.
  const own = element?.closest(".ts-wrapper")?.previousElementSibling ?? element;
  return own instanceof HTMLButtonElement ? "" : (own?.getAttribute("name") ?? "");
}

export default class Condition extends Controller<HTMLElement> {
  static override targets = ["told"];
  declare readonly toldTarget: HTMLElement;

  private timer = 0;

  override connect(): void {
    this.element.addEventListener("change", this.changed);
    this.element.addEventListener("input", this.typed);
    this.element.addEventListener("htmx:configRequest", this.asking);
    if (held !== undefined) this.goOn(held);
    held = undefined;
  }

  override disconnect(): void {
    clearTimeout(this.timer);
  }

  act(event: Event): void {
    this.ask((event.currentTarget as HTMLButtonElement).value);
    // A click by mouse goes on by mouse: a list that opens by itself would stand in its way.
    if ((event as MouseEvent).detail > 0) held = undefined;
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
    held = this.element.contains(document.activeElement) ? nameOf(document.activeElement) : undefined;
    htmx.trigger(this.element, "shape", {});
  }

  /** To the same input, or to where the next condition is added when it is no more; what is new asks by itself. */
  private goOn(name: string): void {
    if (this.element.querySelector("[autofocus]")) return;
    const inputs = [...this.element.querySelectorAll<HTMLElement>("[name]:not([type=hidden])")];
    const same = inputs.find((one) => name && nameOf(one) === name);
    const next = same ?? inputs.filter((one) => one.matches("select.condition-new")).at(-1);
    next?.setAttribute("autofocus", "");
    next?.focus();
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
