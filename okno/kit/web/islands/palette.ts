// Ctrl+K: finds records, pages and commands while typing; the query is also tried on the other keyboard layout.
import { Controller } from "@hotwired/stimulus";
import { onOtherLayout } from "../assets/layout";
import { paused } from "../assets/page";

export default class Palette extends Controller<HTMLDialogElement> {
  static override targets = ["input", "list"];
  static override values = { url: String };
  declare readonly inputTarget: HTMLInputElement;
  declare readonly listTarget: HTMLElement;
  declare readonly urlValue: string;

  private request?: AbortController;
  /** What is shown was found for older words; `wanted` is how Enter asked, meanwhile, to open what will come. */
  private isAwaited = false;
  private wanted?: { inNewTab: boolean };

  override connect(): void {
    document.addEventListener("palette:open", this.open);
  }

  override disconnect(): void {
    document.removeEventListener("palette:open", this.open);
  }

  readonly open = (): void => {
    if (this.element.open) return;
    this.element.showModal();
    this.inputTarget.select();
    if (!this.listTarget.childElementCount) this.fetch();
  };

  ask(): void {
    this.isAwaited = true;
    this.wanted = undefined;
    this.askSoon();
  }

  private readonly askSoon = paused(120, () => this.fetch());

  outside(event: MouseEvent): void {
    if (event.target === this.element) this.element.close();
  }

  key(event: KeyboardEvent): void {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.select(this.at + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      event.stopPropagation();
      const inNewTab = event.ctrlKey || event.metaKey;
      if (this.isAwaited) this.wanted = { inNewTab };
      else this.go(inNewTab);
    }
  }

  private go(inNewTab: boolean): void {
    const link = this.items[this.at] as HTMLAnchorElement | undefined;
    if (!link) return;
    if (inNewTab) window.open(link.href, "_blank", "noopener");
    else link.click();
    this.element.close();
  }

  private async fetch(): Promise<void> {
    this.request?.abort();
    this.request = new AbortController();
    const query = this.inputTarget.value.trim();
    const asked = new URLSearchParams({ q: query });
    const other = onOtherLayout(query);
    if (other) asked.set("also", other);
    try {
      const answer = await fetch(`${this.urlValue}?${asked}`, {
        signal: this.request.signal,
        headers: { "HX-Request": "true" },
      });
      if (answer.ok) this.show(await answer.text());
      else this.fail(answer.status === 401 ? "signed-out" : "search");
    } catch (error) {
      if ((error as Error).name !== "AbortError") this.fail("search");
    }
  }

  private show(html: string): void {
    this.listTarget.innerHTML = html;
    this.isAwaited = false;
    this.select(0);
    const { wanted } = this;
    this.wanted = undefined;
    if (wanted) this.go(wanted.inNewTab);
  }

  private fail(kind: string): void {
    this.wanted = undefined;
    document.dispatchEvent(new CustomEvent("toast:failure", { detail: { kind } }));
  }

  private select(wanted: number): void {
    const items = this.items;
    const at = (wanted + items.length) % (items.length || 1);
    for (const [index, item] of items.entries()) item.setAttribute("aria-selected", String(index === at));
    const chosen = items[at];
    this.inputTarget.setAttribute("aria-activedescendant", chosen?.id ?? "");
    chosen?.scrollIntoView({ block: "nearest" });
  }

  private get items(): HTMLElement[] {
    return [...this.listTarget.querySelectorAll<HTMLElement>(".palette-item")];
  }

  private get at(): number {
    return this.items.findIndex((item) => item.getAttribute("aria-selected") === "true");
  }
}
