// Files going up: shows how much of a large upload has left this computer, and lets one stop it.
import { Controller } from "@hotwired/stimulus";
import { htmx } from "../assets/htmx";

export default class Progress extends Controller<HTMLElement> {
  static override targets = ["bar"];
  declare readonly barTarget: HTMLProgressElement;

  override connect(): void {
    this.element.addEventListener("htmx:xhr:progress", this.moved);
    this.element.addEventListener("htmx:beforeRequest", this.started);
    this.element.addEventListener("htmx:afterRequest", this.ended);
  }

  override disconnect(): void {
    this.element.removeEventListener("htmx:xhr:progress", this.moved);
    this.element.removeEventListener("htmx:beforeRequest", this.started);
    this.element.removeEventListener("htmx:afterRequest", this.ended);
  }

  cancel(): void {
    htmx.trigger(this.element, "htmx:abort", {});
  }

  private readonly started = (): void => {
    this.barTarget.hidden = false;
    this.barTarget.value = 0;
  };

  private readonly moved = (event: Event): void => {
    const { loaded, total } = (event as CustomEvent<{ loaded: number; total: number }>).detail;
    if (total > 0) this.barTarget.value = Math.round((loaded / total) * 100);
  };

  private readonly ended = (): void => {
    this.barTarget.hidden = true;
  };
}
