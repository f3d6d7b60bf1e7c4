// A form goes once: a second click while the first is under way does nothing.
import { Controller } from "@hotwired/stimulus";
import { csrfToken } from "../assets/page";

export default class SubmitOnce extends Controller<HTMLElement> {
  override connect(): void {
    this.element.addEventListener("submit", this.sent);
    this.element.addEventListener("htmx:beforeRequest", this.busy);
    this.element.addEventListener("htmx:afterRequest", this.free);
    window.addEventListener("pageshow", this.back);
  }

  override disconnect(): void {
    this.element.removeEventListener("submit", this.sent);
    this.element.removeEventListener("htmx:beforeRequest", this.busy);
    this.element.removeEventListener("htmx:afterRequest", this.free);
    window.removeEventListener("pageshow", this.back);
  }

  private readonly sent = (event: Event): void => {
    const form = event.target as HTMLFormElement;
    if (form.method === "dialog") return;
    if (form.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else if (!isHtmx(form) && !event.defaultPrevented) {
      form.setAttribute("aria-busy", "true");
      renewToken(form);
    }
  };

  private readonly busy = (event: Event): void => setBusy(event, "true");
  private readonly free = (event: Event): void => setBusy(event, "false");

  /** "Back" brings the page as it was left: the form has to work again. */
  private readonly back = (): void => {
    for (const form of this.element.querySelectorAll("form")) form.setAttribute("aria-busy", "false");
  };
}

/** Whoever has signed in anew in another tab sends what they typed here with the token that holds now. */
function renewToken(form: HTMLFormElement): void {
  const token = form.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]");
  if (token) token.value = csrfToken() || token.value;
}

function isHtmx(form: HTMLFormElement): boolean {
  return ["hx-post", "hx-put", "hx-patch", "hx-delete", "hx-get"].some((name) => form.hasAttribute(name));
}

function setBusy(event: Event, busy: string): void {
  const asked = event.target as HTMLElement;
  // A field that asks for hints while one types does not send the form.
  const form = asked.matches("input, select, textarea, [data-hints]") ? null : asked.closest("form");
  if (form) form.setAttribute("aria-busy", busy);
}
