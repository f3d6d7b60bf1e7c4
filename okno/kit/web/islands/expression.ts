// The editor of an expression: the word under the hand narrows the names, and the server tells what comes of it.
import { Controller } from "@hotwired/stimulus";
import { htmx } from "../assets/htmx";
import { stepOf } from "../assets/keys";

const CALM_MS = 350;
const WORD = /[\p{L}_][\p{L}\p{N}_.]*$/u;

/** The name that is being written right before the caret. */
export function wordBefore(text: string): string {
  return WORD.exec(text)?.[0] ?? "";
}

export default class Expression extends Controller<HTMLElement> {
  static override targets = ["source", "told", "list"];
  declare readonly sourceTarget: HTMLTextAreaElement;
  declare readonly toldTarget: HTMLElement;
  declare readonly listTarget: HTMLElement;

  private timer = 0;

  override disconnect(): void {
    clearTimeout(this.timer);
  }

  typed(): void {
    this.narrow();
    this.tell();
  }

  tell(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => htmx.trigger(this.toldTarget, "told", {}), CALM_MS);
  }

  narrow(): void {
    const wanted = this.word.toLowerCase();
    for (const option of this.options) {
      option.hidden = wanted !== "" && !(option.dataset.words ?? "").includes(wanted);
      option.removeAttribute("aria-selected");
    }
    this.title();
    if (wanted) this.best(wanted)?.setAttribute("aria-selected", "true");
  }

  /** A title stands over names only. */
  private title(): void {
    let title: HTMLElement | undefined;
    for (const line of this.listTarget.querySelectorAll<HTMLElement>("li")) {
      const isTitle = line.getAttribute("role") === "presentation";
      if (isTitle) title = line;
      if (title && (isTitle || !line.hidden)) title.hidden = isTitle;
    }
  }

  key(event: KeyboardEvent): void {
    const active = this.active;
    // Ctrl+Enter saves the form, whatever is being written.
    if (!active || !this.word || event.ctrlKey || event.metaKey) return;
    const step = stepOf(event.key);
    if (step) this.step(active, step);
    else if (event.key === "Tab" || event.key === "Enter") this.insert(active);
    else if (event.key === "Escape") active.removeAttribute("aria-selected");
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  choose(event: Event): void {
    // Before the focus leaves the text: the caret says where the name belongs.
    event.preventDefault();
    this.insert(event.currentTarget as HTMLElement);
  }

  private insert(option: HTMLElement): void {
    const { value, selectionStart: caret } = this.sourceTarget;
    const start = caret - wordBefore(value.slice(0, caret)).length;
    this.sourceTarget.setRangeText(option.dataset.insert ?? "", start, caret, "end");
    this.sourceTarget.focus();
    this.narrow();
    for (const one of this.options) one.removeAttribute("aria-selected");
    this.tell();
  }

  /** What is written so, or is called so, is meant rather than what only has the word inside. */
  private best(wanted: string): HTMLElement | undefined {
    const { shown } = this;
    const found =
      shown.find((option) => option.dataset.insert?.toLowerCase().startsWith(wanted)) ??
      shown.find((option) => option.dataset.words?.startsWith(wanted)) ??
      shown[0];
    found?.scrollIntoView?.({ block: "nearest" });
    return found;
  }

  private step(active: HTMLElement, by: number): void {
    const shown = this.shown;
    const next = shown[(shown.indexOf(active) + by + shown.length) % shown.length];
    active.removeAttribute("aria-selected");
    next?.setAttribute("aria-selected", "true");
    next?.scrollIntoView({ block: "nearest" });
  }

  private get word(): string {
    const { value, selectionStart } = this.sourceTarget;
    return wordBefore(value.slice(0, selectionStart));
  }

  private get options(): HTMLElement[] {
    return [...this.listTarget.querySelectorAll<HTMLElement>("[role=option]")];
  }

  private get shown(): HTMLElement[] {
    return this.options.filter((option) => !option.hidden);
  }

  private get active(): HTMLElement | undefined {
    return this.shown.find((option) => option.getAttribute("aria-selected") === "true");
  }
}
