// A notice that shows itself: a message in the corner and, while another tab is looked at, a blinking title.
import { Controller } from "@hotwired/stimulus";
import { htmx } from "../assets/htmx";
import type { LiveNews } from "../assets/live-source";

const BLINK_MS = 1_000;
const SIGN = "● ";

export default class Pops extends Controller<HTMLElement> {
  private timer?: ReturnType<typeof setInterval>;

  override connect(): void {
    document.addEventListener("live:notices", this.told);
    document.addEventListener("visibilitychange", this.seen);
  }

  override disconnect(): void {
    document.removeEventListener("live:notices", this.told);
    document.removeEventListener("visibilitychange", this.seen);
    this.calm();
  }

  private readonly told = (event: Event): void => {
    const { id, kind } = (event as CustomEvent<LiveNews>).detail;
    const url = `/notices/?part=toast&id=${id}`;
    if (kind === "grows") this.grow(url, id);
    if (kind !== "pops") return;
    this.show(url);
    if (document.hidden) this.blink();
  };

  /** Each has a place of its own: of several that come at once htmx asks for one place the first and the last only. */
  private show(url: string): void {
    const place = document.createElement("div");
    place.hidden = true;
    this.element.append(place);
    htmx
      .ajax("get", url, { source: place, target: place, swap: "outerHTML" })
      .catch(() => undefined)
      .finally(() => place.remove());
  }

  /** It tells of more rows than it did: where it is still shown it says so, and what was closed stays closed. */
  private grow(url: string, id: LiveNews["id"]): void {
    const shown = this.element.querySelector<HTMLElement>(`[data-notice="${id}"]`);
    if (shown) htmx.ajax("get", url, { source: shown, target: shown, swap: "outerHTML" });
  }

  private readonly seen = (): void => {
    if (!document.hidden) this.calm();
  };

  private blink(): void {
    this.calm();
    const isStill = window.matchMedia?.("(prefers-reduced-motion: reduce)").matches;
    document.title = SIGN + document.title;
    if (!isStill) this.timer = setInterval(() => this.turn(), BLINK_MS);
  }

  private turn(): void {
    const has = document.title.startsWith(SIGN);
    document.title = has ? document.title.slice(SIGN.length) : SIGN + document.title;
  }

  private calm(): void {
    clearInterval(this.timer);
    if (document.title.startsWith(SIGN)) document.title = document.title.slice(SIGN.length);
  }
}
