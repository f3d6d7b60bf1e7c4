// Live updates: one connection for all tabs; elements with data-live-topic ask their content again through htmx.
import { Controller } from "@hotwired/stimulus";
import { htmx } from "../assets/htmx";
import { type LiveNews, LiveSource, RESYNC } from "../assets/live-source";
import { isTyping, paused } from "../assets/page";
import { holdsTyped } from "../assets/typed";

/** Many changes at once are one question. */
const GATHER_MS = 250;
/** What comes into the page by htmx is not older than this. */
const LONGEST_ANSWER_MS = 10_000;

interface Swap {
  shouldSwap: boolean;
  requestConfig?: { elt: HTMLElement; triggeringEvent?: Event };
}

export default class Live extends Controller<HTMLElement> {
  static override values = { url: String, since: Number };
  declare readonly urlValue: string;
  /** How old the page is, in milliseconds of the server. */
  declare readonly sinceValue: number;

  private readonly waiting = new Set<HTMLElement>();
  private timer?: ReturnType<typeof setTimeout>;
  private port?: MessagePort;
  private source?: LiveSource;
  private heardUntil?: number = 0;

  override connect(): void {
    document.addEventListener("live:resync", this.resync);
    document.addEventListener("focusout", this.gather);
    document.addEventListener("htmx:load", this.want);
    document.addEventListener("htmx:beforeSwap", this.spare);
    window.addEventListener("pagehide", this.leave);
    window.addEventListener("pageshow", this.want);
    if (!this.urlValue) return;
    if (typeof SharedWorker === "undefined") this.source = new LiveSource(this.urlValue, this.tell);
    else this.share();
    this.want();
  }

  override disconnect(): void {
    document.removeEventListener("live:resync", this.resync);
    document.removeEventListener("focusout", this.gather);
    document.removeEventListener("htmx:load", this.want);
    document.removeEventListener("htmx:beforeSwap", this.spare);
    window.removeEventListener("pagehide", this.leave);
    window.removeEventListener("pageshow", this.want);
    this.leave();
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
  }

  /** Say which records this page shows; the stream is opened only when there is something to listen to. */
  private readonly want = paused(50, () => {
    const topics = [...new Set([...this.listeners].flatMap((element) => topicsOf(element).map(recordOf)))];
    if (!this.urlValue) return;
    const since = this.since();
    this.source?.want(topics, since);
    this.port?.postMessage({ url: new URL(this.urlValue, location.href).href, topics, since });
  });

  /** As old as the page at first, or as it was when it was left; later as old as what htmx brought in just now. */
  private since(): number {
    if (!this.sinceValue) return 0;
    const age = this.heardUntil ?? ageOfAnswers();
    this.heardUntil = undefined;
    return this.sinceValue + age;
  }

  private readonly leave = (): void => {
    this.heardUntil = ageOfAnswers();
    this.port?.postMessage({ bye: true });
  };

  readonly tell = (news: LiveNews): void => {
    document.dispatchEvent(new CustomEvent(`live:${news.topic}`, { detail: news }));
    const isAll = news.topic === RESYNC.topic;
    for (const element of this.listeners) if (isAll || concerns(element, news)) this.waiting.add(element);
    this.gather();
  };

  private readonly resync = (event: Event): void => {
    // Our own stream tells with a detail and is gathered already; others only say that something changed.
    if (!(event as CustomEvent).detail?.topic) {
      for (const element of this.listeners) this.waiting.add(element);
      this.gather();
    }
  };

  private readonly gather = (): void => {
    clearTimeout(this.timer);
    if (this.waiting.size) this.timer = setTimeout(() => this.refresh(), GATHER_MS);
  };

  /** What somebody types or chooses in is left alone until the focus leaves it and nothing typed is left there. */
  private refresh(): void {
    for (const element of this.waiting) {
      if (isInUse(element)) continue;
      this.waiting.delete(element);
      if (element.isConnected) htmx.trigger(element, "live", {});
    }
  }

  /** What was taken into use while its news were on their way asks again when it is free. */
  private readonly spare = (event: Event): void => {
    const swap = (event as CustomEvent<Swap>).detail;
    const asked = swap.requestConfig;
    if (asked?.triggeringEvent?.type !== "live" || !isInUse(asked.elt)) return;
    swap.shouldSwap = false;
    this.waiting.add(asked.elt);
    this.gather();
  };

  private get listeners(): NodeListOf<HTMLElement> {
    return document.querySelectorAll<HTMLElement>("[data-live-topic]");
  }
}

function isInUse(element: HTMLElement): boolean {
  const active = document.activeElement;
  return (isTyping(active) && element.contains(active)) || holdsTyped(element) || hasOpenMenu(element);
}

/** A menu that is open would close under the hand. */
function hasOpenMenu(element: HTMLElement): boolean {
  return element.querySelector("[aria-haspopup=menu][aria-expanded=true]") !== null;
}

/** Milliseconds from the beginning of the page to the oldest of what htmx may bring in now. */
function ageOfAnswers(): number {
  return Math.max(0, Math.round(performance.now()) - LONGEST_ANSWER_MS);
}

function topicsOf(element: HTMLElement): string[] {
  return (element.dataset.liveTopic ?? "").split(/\s+/).filter(Boolean);
}

function recordOf(topic: string): string {
  return topic.split(":")[0] ?? topic;
}

/** `deals.deal` hears of every deal, `deals.deal:17` of that one and of news that name no row. */
export function concerns(element: HTMLElement, news: LiveNews): boolean {
  return topicsOf(element).some((topic) => {
    const [record, id] = topic.split(":");
    return record === news.topic && (!id || news.id === null || id === String(news.id));
  });
}
