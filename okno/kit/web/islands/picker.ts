// A select that searches on the server while one types: for clients, goods, people (thousands of options).
import { Controller } from "@hotwired/stimulus";
import { onOtherLayout } from "../assets/layout";

interface Found {
  value: string;
  text: string;
  hint?: string;
}

export default class Picker extends Controller<HTMLSelectElement> {
  static override values = { url: String, create: Boolean };
  declare readonly urlValue: string;
  declare readonly createValue: boolean;

  private widget?: { destroy(): void };

  override async connect(): Promise<void> {
    const { default: TomSelect } = await import("tom-select/base");
    if (!this.element.isConnected || this.widget) return;
    // The label goes over to the visible input; the select behind it only carries the value.
    this.element.setAttribute("aria-hidden", "true");
    this.widget = new TomSelect(this.element, {
      create: this.createValue,
      maxOptions: 50,
      loadThrottle: 200,
      // The server searches; a second filter here would hide what it found by phone or number.
      ...(this.urlValue && {
        searchField: [],
        load: (query: string, show: (found: Found[]) => void) => this.load(query, show),
      }),
      render: { option: drawOption },
    });
  }

  override disconnect(): void {
    this.widget?.destroy();
    this.widget = undefined;
  }

  private async load(query: string, show: (found: Found[]) => void): Promise<void> {
    const asked = new URLSearchParams({ q: query, also: onOtherLayout(query) });
    try {
      const answer = await fetch(`${this.urlValue}?${asked}`, { headers: { Accept: "application/json" } });
      show(answer.ok ? ((await answer.json()) as Found[]) : []);
    } catch {
      show([]);
    }
  }
}

function drawOption(found: Found, safe: (text: string) => string): string {
  const hint = found.hint ? `<span class="small soft"> ${safe(found.hint)}</span>` : "";
  return `<div class="option">${safe(found.text)}${hint}</div>`;
}
