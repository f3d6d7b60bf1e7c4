// Keeps what was typed into forms with data-draft until it is sent: a closed tab loses nothing.
import { Controller } from "@hotwired/stimulus";
import { paused, text, toast } from "../assets/page";

const KEEP_DAYS = 14;
const FIELDS =
  "textarea[name], input[name][type=text], input[name]:not([type]), input[name][type=email], input[name][type=tel]";

type Field = HTMLInputElement | HTMLTextAreaElement;
type Draft = { at: number; values: Record<string, string> };

export default class Drafts extends Controller<HTMLElement> {
  /** Forms that were sent, by their keys: what was typed a moment before the answer came is no draft any more. */
  private readonly sent = new Set<string>();

  override connect(): void {
    this.element.addEventListener("input", this.typed);
    this.element.addEventListener("htmx:afterRequest", this.answered);
    this.element.addEventListener("submit", this.submitted);
    this.element.addEventListener("htmx:load", this.loaded);
    forgetOld();
    restoreIn(this.element);
  }

  override disconnect(): void {
    this.element.removeEventListener("input", this.typed);
    this.element.removeEventListener("htmx:afterRequest", this.answered);
    this.element.removeEventListener("submit", this.submitted);
    this.element.removeEventListener("htmx:load", this.loaded);
  }

  private readonly save = paused(300, (form: HTMLFormElement) => {
    const values = Object.fromEntries(
      fields(form)
        .filter((field) => field.value && field.value !== field.defaultValue)
        .map((field) => [field.name, field.value]),
    );
    if (!form.isConnected || this.sent.has(key(form))) return;
    if (Object.keys(values).length)
      localStorage.setItem(key(form), JSON.stringify({ at: Date.now(), values }));
    else localStorage.removeItem(key(form));
  });

  private readonly typed = (event: Event): void => {
    const form = draftForm(event.target);
    if (!form) return;
    this.sent.delete(key(form));
    this.save(form);
  };

  private readonly answered = (event: Event): void => {
    const form = draftForm(event.target);
    const { successful, requestConfig } = (event as CustomEvent).detail;
    if (form && successful && requestConfig?.verb !== "get") this.forget(form);
  };

  /** A form without htmx leaves the page: what it sends comes back filled in if it was refused. */
  private readonly submitted = (event: Event): void => {
    const form = draftForm(event.target);
    if (form && !form.hasAttribute("hx-post")) this.forget(form);
  };

  private forget(form: HTMLFormElement): void {
    this.sent.add(key(form));
    localStorage.removeItem(key(form));
  }

  private readonly loaded = (event: Event): void => restoreIn(event.target as HTMLElement);
}

function key(form: HTMLFormElement): string {
  return `okno:draft:${form.dataset.draft}`;
}

function draftForm(target: EventTarget | null): HTMLFormElement | null {
  return (target as HTMLElement | null)?.closest?.<HTMLFormElement>("form[data-draft]") ?? null;
}

function fields(form: HTMLFormElement): Field[] {
  return [...form.querySelectorAll<Field>(FIELDS)];
}

function restoreIn(root: HTMLElement): void {
  const own = root.matches?.("form[data-draft]") ? [root as HTMLFormElement] : [];
  const forms = [...own, ...root.querySelectorAll<HTMLFormElement>("form[data-draft]")];
  if (forms.filter(restore).length) toast(text("draft-restored"));
}

/** Puts the kept texts into fields that nobody has filled; says whether there were any. */
export function restore(form: HTMLFormElement): boolean {
  const kept = JSON.parse(localStorage.getItem(key(form)) ?? "null") as Draft | null;
  if (!kept) return false;
  const empty = fields(form).filter((field) => kept.values[field.name] && field.value === field.defaultValue);
  for (const field of empty) field.value = kept.values[field.name] ?? "";
  return empty.length > 0;
}

function forgetOld(): void {
  const oldest = Date.now() - KEEP_DAYS * 86_400_000;
  for (const name of Object.keys(localStorage).filter((one) => one.startsWith("okno:draft:"))) {
    const draft = JSON.parse(localStorage.getItem(name) ?? "{}") as Partial<Draft>;
    if ((draft.at ?? 0) < oldest) localStorage.removeItem(name);
  }
}
