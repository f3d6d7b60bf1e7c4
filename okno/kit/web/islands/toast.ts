// One message: goes away after 8 seconds, waits while somebody reads it, takes the change back on "Undo".
import { Controller } from "@hotwired/stimulus";
import { post, text, toast } from "../assets/page";

const STAY_MS = 8_000;

export default class Toast extends Controller<HTMLElement> {
  private timer?: ReturnType<typeof setTimeout>;

  override connect(): void {
    this.start();
    for (const name of ["mouseenter", "focusin"]) this.element.addEventListener(name, this.stop);
    for (const name of ["mouseleave", "focusout"]) this.element.addEventListener(name, this.start);
  }

  override disconnect(): void {
    this.stop();
  }

  close(): void {
    this.element.remove();
  }

  async undo(event: Event): Promise<void> {
    const button = event.currentTarget as HTMLButtonElement;
    button.disabled = true;
    const answer = await post(button.dataset.url ?? "").catch(() => undefined);
    const done = answer?.ok ?? false;
    // The server tells what it kept and what cannot be taken back.
    const said: { told?: string } = (await answer?.json().catch(() => undefined)) ?? {};
    this.close();
    toast(said.told ?? text(done ? "undone" : "undo-failed"), done ? "ok" : "error");
    if (done) document.dispatchEvent(new CustomEvent("live:resync"));
  }

  private readonly start = (): void => {
    clearTimeout(this.timer);
    // An error, and what somebody is told of, stay until they are read and closed.
    if (!["error", "notice"].includes(this.element.dataset.kind ?? ""))
      this.timer = setTimeout(() => this.close(), STAY_MS);
  };

  private readonly stop = (): void => clearTimeout(this.timer);
}
