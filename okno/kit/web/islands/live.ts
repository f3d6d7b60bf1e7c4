// Live updates: one connection for all tabs; elements with data-live-topic ask their content again through htmx.
import { Controller } from "@hotwired/stimulus";
import { htmx } from "../assets/htmx";
import { type LiveNews, listen } from "../assets/live-source";
import { isTyping } from "../assets/page";

/** Many changes at once are one question. */
const GATHER_MS = 250;

export default class Live extends Controller<HTMLElement> {
  static override values = { url: String };
  declare readonly urlValue: string;

  private readonly waiting = new Set<HTMLElement>();
  private timer?: ReturnType<typeof setTimeout>;
  private port?: MessagePort;
  private source?: EventSource;

  override connect(): void {
    document.addEventListener("live:resync", this.resync);
    document.addEventListener("focusout", this.gather);
    if (!this.urlValue) return;
    if (typeof SharedWorker === "undefined") this.source = listen(this.urlValue, this.tell);
    else this.share();
  }

  override disconnect(): void {
    document.removeEventListener("live:resync", this.resync);
    document.removeEventListener("focusout", this.gather);
    this.port?.postMessage({ bye: true });
    this.source?.close();
  }

  private share(): void {
    const worker = new SharedWorker(new URL("../assets/live-worker.ts", import.meta.url), {
      type: "module",
      name: "okno-live",
    });
    this.port = worker.port;
    this.port.addEventListener("message", (message: MessageEvent<LiveNews>) => this.tell(message.data));
    this.port.start();
    this.port.postMessage({ url: new URL(this.urlValue, location.href).href });
    window.addEventListener("pagehide", () => this.port?.postMessage({ bye: true }));
  }

  readonly tell = ({ topic, data }: LiveNews): void => {
    document.dispatchEvent(new CustomEvent(`live:${topic}`, { detail: data }));
    if (topic === "resync") return;
    for (const element of this.listeners) if (concerns(element, topic)) this.waiting.add(element);
    this.gather();
  };

  private readonly resync = (): void => {
    for (const element of this.listeners) this.waiting.add(element);
    this.gather();
  };

  private readonly gather = (): void => {
    clearTimeout(this.timer);
    if (this.waiting.size) this.timer = setTimeout(() => this.refresh(), GATHER_MS);
  };

  /** What somebody is typing into is left alone until the focus leaves it. */
  private refresh(): void {
    for (const element of this.waiting) {
      const active = document.activeElement;
      if (isTyping(active) && element.contains(active)) continue;
      this.waiting.delete(element);
      if (element.isConnected) htmx.trigger(element, "live", {});
    }
  }

  private get listeners(): NodeListOf<HTMLElement> {
    return document.querySelectorAll<HTMLElement>("[data-live-topic]");
  }
}

/** `deals.deal` hears of every deal, `deals.deal:17` only of that one. */
export function concerns(element: HTMLElement, topic: string): boolean {
  const wanted = (element.dataset.liveTopic ?? "").split(/\s+/);
  return wanted.some((name) => name === topic || topic.startsWith(`${name}:`));
}
