// A select that searches on the server while one types: for clients, goods, people (thousands of options).
import { Controller } from "@hotwired/stimulus";
import { onOtherLayout } from "../assets/layout";
import { text } from "../assets/page";

export interface Found {
  value: string;
  text: string;
  hint?: string;
}

interface Widget {
  isFocused: boolean;
  destroy(): void;
  clearOptions(): void;
  close(): void;
  focus(): void;
}

export default class Select extends Controller<HTMLSelectElement> {
  static override values = { url: String, create: Boolean };
  declare readonly urlValue: string;
  declare readonly createValue: boolean;

  private widget?: Widget;
  private asked = 0;

  override async connect(): Promise<void> {
    const { default: TomSelect } = await import("tom-select/base");
    if (!this.element.isConnected || this.widget) return;
    // The label goes over to the visible input; the select behind it only carries the value.
    this.element.setAttribute("aria-hidden", "true");
    const hadFocus = document.activeElement === this.element || this.element.hasAttribute("autofocus");
    // A swap focuses what is marked so when all stands in its place: that would be the select behind the input.
    this.element.removeAttribute("autofocus");
    this.widget = new TomSelect(this.element, {
      create: this.createValue,
      maxOptions: 50,
      hideSelected: true,
      render: {
        option: drawOption,
        no_results: () => `<div class="no-results">${text("nothing-found")}</div>`,
      },
      ...(this.urlValue && this.searching()),
    });
    if (hadFocus) this.widget.focus();
  }

  override disconnect(): void {
    this.widget?.destroy();
    this.widget = undefined;
  }

  /** The server searches; a second filter here would hide what it found by phone or number. */
  private searching() {
    return {
      searchField: [],
      preload: "focus" as const,
      loadThrottle: 200,
      load: (query: string, show: (found: Found[]) => void) => this.load(query, show),
    };
  }

  /** An answer that comes late, to what was typed before or after the choice was made, opens nothing. */
  private async load(query: string, show: (found: Found[]) => void): Promise<void> {
    const number = ++this.asked;
    const asked = new URLSearchParams({ q: query, also: onOtherLayout(query) });
    const found = await fetch(`${this.urlValue}?${asked}`, { headers: { Accept: "application/json" } }).then(
      (answer) => (answer.ok ? (answer.json() as Promise<Found[]>) : []),
      () => [],
    );
    const isLate = number !== this.asked;
    if (!isLate) this.widget?.clearOptions();
    show(isLate ? [] : found);
    if (!this.widget?.isFocused) this.widget?.close();
  }
}

export function drawOption(found: Found, safe: (text: string) => string): string {
  const hint = found.hint ? `<span class="small soft"> ${safe(found.hint)}</span>` : "";
  return `<div class="option">${safe(found.text)}${hint}</div>`;
}
