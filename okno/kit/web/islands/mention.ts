// «@» in a note offers colleagues who may see the card; the chosen name is written into the text.
import { Controller } from "@hotwired/stimulus";
import { stepOf } from "../assets/keys";
import { paused } from "../assets/page";

interface Found {
  value: number;
  text: string;
}

/** What stands after the sign at the caret: up to two words of letters. */
const TYPED = /(?:^|\s)@([\p{L}.-]*(?: [\p{L}.-]*)?)$/u;

export default class Mention extends Controller<HTMLTextAreaElement> {
  static override values = { url: String };
  declare readonly urlValue: string;

  private list?: HTMLUListElement;
  private asked = 0;

  override connect(): void {
    this.element.addEventListener("input", this.ask);
    this.element.addEventListener("keydown", this.key, true);
    this.element.addEventListener("blur", this.leave);
  }

  override disconnect(): void {
    this.element.removeEventListener("input", this.ask);
    this.element.removeEventListener("keydown", this.key, true);
    this.element.removeEventListener("blur", this.leave);
    this.close();
  }

  private readonly ask = paused(120, () => this.offer());

  private async offer(): Promise<void> {
    const typed = typedName(this.element.value.slice(0, this.element.selectionStart));
    if (typed === undefined) return this.close();
    const number = ++this.asked;
    const found = await fetch(`${this.urlValue}?${new URLSearchParams({ q: typed })}`, {
      headers: { Accept: "application/json" },
    }).then(
      (answer) => (answer.ok ? (answer.json() as Promise<Found[]>) : []),
      () => [],
    );
    if (number === this.asked) this.show(found);
  }

  private show(found: Found[]): void {
    this.close();
    if (!found.length) return;
    this.list = document.createElement("ul");
    this.list.className = "mention-list";
    this.list.setAttribute("role", "listbox");
    for (const [at, one] of found.entries()) {
      const item = document.createElement("li");
      item.textContent = one.text;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(at === 0));
      item.addEventListener("mousedown", (event) => {
        event.preventDefault();
        this.choose(one.text);
      });
      this.list.append(item);
    }
    this.element.after(this.list);
  }

  private choose(name: string): void {
    const caret = this.element.selectionStart;
    const before = this.element.value.slice(0, caret);
    const start = caret - (typedName(before) ?? "").length;
    this.element.setRangeText(`${name} `, start, caret, "end");
    this.element.dispatchEvent(new Event("input", { bubbles: true }));
    this.close();
  }

  private readonly key = (event: KeyboardEvent): void => {
    if (!this.list) return;
    const step = stepOf(event.key);
    if (step) this.select(step);
    else if (event.key === "Enter" || event.key === "Tab") this.choose(this.chosen?.textContent ?? "");
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  private select(step: number): void {
    const items = [...(this.list?.children ?? [])];
    const at = this.chosen ? items.indexOf(this.chosen) : -1;
    const next = (at + step + items.length) % items.length;
    for (const [index, item] of items.entries()) item.setAttribute("aria-selected", String(index === next));
  }

  private get chosen(): Element | undefined {
    return this.list?.querySelector("[aria-selected=true]") ?? undefined;
  }

  private readonly leave = (): void => this.close();

  private close(): void {
    this.list?.remove();
    this.list = undefined;
  }
}

export function typedName(before: string): string | undefined {
  return TYPED.exec(before)?.[1];
}
