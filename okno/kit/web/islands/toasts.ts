// The corner where messages appear: from islands (event `toast`) and from the server (header HX-Trigger: toast).
import { Controller } from "@hotwired/stimulus";
import { htmx } from "../assets/htmx";
import { text } from "../assets/page";

interface Message {
  text?: string;
  value?: string;
  kind?: "ok" | "warning" | "error";
  undo_url?: string;
  /** Opens in the dialog: what may be done about it. */
  url?: string;
}

const SIGNS = { ok: "circle-check", warning: "alert-triangle", error: "alert-circle" };

export default class Toasts extends Controller<HTMLElement> {
  override connect(): void {
    document.addEventListener("toast", this.told);
    document.addEventListener("toast:failure", this.failed);
    this.raise();
  }

  override disconnect(): void {
    document.removeEventListener("toast", this.told);
    document.removeEventListener("toast:failure", this.failed);
  }

  private readonly told = (event: Event): void => this.show((event as CustomEvent<Message>).detail);

  private readonly failed = (event: Event): void => {
    const { kind } = (event as CustomEvent<{ kind: string }>).detail;
    const message = { text: text(`${kind}-failure`), kind: "error" } as const;
    // Errors stay until they are closed: the same one is not said over itself.
    if (!this.isSaid(message.text)) this.show(message);
  };

  private isSaid(words: string): boolean {
    const said = this.element.querySelectorAll("[data-kind=error] [data-toast-target=text]");
    return [...said].some((one) => one.textContent?.trim() === words);
  }

  private show(message: Message): void {
    const template = document.querySelector<HTMLTemplateElement>("#toast-template");
    const element = template?.content.querySelector(".toast-o")?.cloneNode(true) as HTMLElement | undefined;
    if (!element) return;
    const kind = message.kind ?? "ok";
    element.dataset.kind = kind;
    const words = element.querySelector("[data-toast-target=text]");
    if (words) this.say(words, message);
    const sign = element.querySelector("use");
    sign?.setAttribute("href", sign.getAttribute("href")?.replace(/#.*/, `#icon-${SIGNS[kind]}`) ?? "");
    const undo = element.querySelector<HTMLElement>("[data-toast-target=undo]");
    if (message.undo_url && undo) undo.dataset.url = message.undo_url;
    else undo?.remove();
    this.element.append(element);
    this.raise();
  }

  private say(words: Element, message: Message): void {
    const said = message.text ?? message.value ?? "";
    if (!message.url) {
      words.textContent = said;
      return;
    }
    const link = document.createElement("a");
    link.href = message.url;
    link.textContent = said;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      htmx.ajax("get", link.href, { source: link, target: "#dialog-body", swap: "innerHTML" });
    });
    words.replaceChildren(link);
  }

  /** The top layer is a stack: a message has to lie over a dialog that was opened before it. */
  private raise(): void {
    if (!this.element.isConnected || !this.element.showPopover) return;
    if (this.element.matches(":popover-open")) this.element.hidePopover();
    this.element.showPopover();
  }
}
