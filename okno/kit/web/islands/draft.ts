// Keeps what was typed into forms with data-draft until it is taken: a closed tab, a server that fails, a session that
// has ended lose nothing.
import { Controller } from "@hotwired/stimulus";
import { paused, text, toast } from "../assets/page";

const KEEP_DAYS = 14;
const FIELDS =
  "textarea[name], input[name][type=text], input[name]:not([type]), input[name][type=email], input[name][type=tel]";
/** On a page that answers a form: nothing was taken, as it was refused, broke down or asks to sign in. */
const REFUSED = "[data-refused]";

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
    settleSent();
    restoreIn(this.element);
  }

  override disconnect(): void {
    this.element.removeEventListener("input", this.typed);
    this.element.removeEventListener("htmx:afterRequest", this.answered);
    this.element.removeEventListener("submit", this.submitted);
    this.element.removeEventListener("htmx:load", this.loaded);
  }

  private readonly save = paused(300, (form: HTMLFormElement) => {
    if (form.isConnected && !this.sent.has(key(form))) keep(form, typedIn(form));
  });

  private readonly typed = (event: Event): void => {
    const form = draftForm(event.target);
    if (!form) return;
    this.sent.delete(key(form));
    this.save(form);
  };

  private readonly answered = (event: Event): void => {
    const { successful, requestConfig } = (event as CustomEvent).detail;
    // What was answered may have taken the form off the page already.
    const asked = (requestConfig?.elt ?? event.target) as HTMLElement;
    const form = asked.matches("[data-hints]") ? null : draftForm(asked);
    if (form && successful && requestConfig?.verb !== "get") this.forget(form);
  };

  /** A form without htmx leaves the page: only the page that answers knows whether it was taken. */
  private readonly submitted = (event: Event): void => {
    const form = draftForm(event.target);
    if (!form || form.hasAttribute("hx-post") || event.defaultPrevented) return;
    this.sent.add(key(form));
    keep(form, typedIn(form));
    sessionStorage.setItem(key(form), here());
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

/** A form that was refused has come filled in: what stands there was typed before. */
function typedIn(form: HTMLFormElement): Record<string, string> {
  const isRefused = form.querySelector(REFUSED) !== null;
  const typed = fields(form).filter((one) => one.value && (isRefused || one.value !== one.defaultValue));
  return Object.fromEntries(typed.map((field) => [field.name, field.value]));
}

function keep(form: HTMLFormElement, values: Record<string, string>): void {
  if (Object.keys(values).length) localStorage.setItem(key(form), JSON.stringify({ at: Date.now(), values }));
  else localStorage.removeItem(key(form));
}

/**
 * The page that a form of this tab led to tells what became of it: taken, and the draft goes; refused, and it stays. A
 * page that was come to in another way, as after an answer that never came, tells nothing: the draft stays as well.
 */
function settleSent(): void {
  const isTaken = document.querySelector(REFUSED) === null;
  for (const name of Object.keys(sessionStorage).filter(isDraft)) {
    if (isTaken && sessionStorage.getItem(name) === document.referrer) localStorage.removeItem(name);
    sessionStorage.removeItem(name);
  }
}

/** The address of the page as the next one hears of it. */
function here(): string {
  return location.href.replace(/#.*/, "");
}

function isDraft(name: string): boolean {
  return name.startsWith("okno:draft:");
}

function restoreIn(root: HTMLElement): void {
  const own = root.matches?.("form[data-draft]") ? [root as HTMLFormElement] : [];
  const forms = [...own, ...root.querySelectorAll<HTMLFormElement>("form[data-draft]")];
  // On a page that has just come the corner for messages is not there yet.
  if (forms.filter(restore).length) setTimeout(() => toast(text("draft-restored")));
}

/** Puts the kept texts into fields that nobody has filled; says whether any was not there: a refused form has them. */
export function restore(form: HTMLFormElement): boolean {
  const kept = JSON.parse(localStorage.getItem(key(form)) ?? "null") as Draft | null;
  if (!kept) return false;
  const lacking = fields(form).filter((field) => {
    const text = kept.values[field.name];
    return text && field.value === field.defaultValue && field.value !== text;
  });
  for (const field of lacking) field.value = kept.values[field.name] ?? "";
  return lacking.length > 0;
}

function forgetOld(): void {
  const oldest = Date.now() - KEEP_DAYS * 86_400_000;
  for (const name of Object.keys(localStorage).filter(isDraft)) {
    const draft = JSON.parse(localStorage.getItem(name) ?? "{}") as Partial<Draft>;
    if ((draft.at ?? 0) < oldest) localStorage.removeItem(name);
  }
}
