// Fields of a card edited in place: Enter saves, Esc gives back, Tab saves and opens the next, leaving saves too.
import { Controller } from "@hotwired/stimulus";
import { htmx } from "../assets/htmx";
import { isChanged } from "../assets/typed";

interface Answered {
  target: HTMLElement;
  successful: boolean;
  requestConfig: { verb: string };
}

export default class InlineEdit extends Controller<HTMLElement> {
  static override targets = ["form"];
  declare readonly formTargets: HTMLFormElement[];

  /** Name of the field that Tab wants to open once the present one is saved. */
  private next = "";

  override connect(): void {
    this.element.addEventListener("htmx:afterRequest", this.answered);
    this.element.addEventListener("htmx:beforeSwap", this.conflict);
    document.addEventListener("htmx:oobBeforeSwap", this.renewed);
    document.addEventListener("dialog:close", this.settled);
    document.addEventListener("click", this.theirs);
  }

  override disconnect(): void {
    this.element.removeEventListener("htmx:afterRequest", this.answered);
    this.element.removeEventListener("htmx:beforeSwap", this.conflict);
    document.removeEventListener("htmx:oobBeforeSwap", this.renewed);
    document.removeEventListener("dialog:close", this.settled);
    document.removeEventListener("click", this.theirs);
  }

  formTargetConnected(form: HTMLFormElement): void {
    // htmx takes the form over only a moment later, and Enter before that would leave the page with what was typed.
    htmx.process(form);
    form.addEventListener("keydown", (event) => this.key(event, form));
    form.addEventListener("focusout", () => setTimeout(() => this.left(form)));
    form.addEventListener("change", (event) => this.chosen(event, form));
    const input = form.querySelector<HTMLElement>("input:not([type=hidden]), select, textarea");
    input?.focus();
    if (input instanceof HTMLInputElement && /^(text|search|tel|url|)$/.test(input.type)) input.select();
  }

  private key(event: KeyboardEvent, form: HTMLFormElement): void {
    if (event.defaultPrevented) return;
    const isLong = event.target instanceof HTMLTextAreaElement;
    if (event.key === "Enter" && !event.isComposing && (!isLong || event.ctrlKey)) {
      event.preventDefault();
      event.stopPropagation();
      this.save(form);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.giveBack(form);
    } else if (event.key === "Tab") {
      this.next = this.neighbour(form, event.shiftKey ? -1 : 1);
      if (this.next) event.preventDefault();
      this.save(form);
    }
  }

  /** Another window may be looked at, and a dialog may ask about this very field: that is not leaving. */
  private left(form: HTMLFormElement): void {
    const to = document.activeElement;
    const isStill = form.contains(to) || !document.hasFocus() || to?.closest("dialog");
    // After a conflict that was put off only Enter asks again: a dialog must not open while one types elsewhere.
    if (form.isConnected && !isStill && !form.dataset.conflict) this.save(form);
  }

  /** What is picked from a list, or among files, needs no further key; a plain select changes with every arrow and waits. */
  private chosen(event: Event, form: HTMLFormElement): void {
    const input = event.target as HTMLElement;
    if (input.matches("select[data-controller~=select]:not([multiple]), input[type=file]")) this.save(form);
  }

  private save(form: HTMLFormElement): void {
    if (form.dataset.leaving) return;
    if (isChanged(form)) form.requestSubmit();
    else this.giveBack(form);
  }

  private giveBack(form: HTMLFormElement): void {
    const line = form.closest<HTMLElement>(".field-line");
    if (!line || form.dataset.leaving) return;
    form.dataset.leaving = "1";
    htmx
      .ajax("get", form.dataset.cancelUrl ?? "", { source: line, target: line, swap: "outerHTML" })
      .then(() => this.goOn(line.id))
      .catch(() => undefined)
      // Not read: the field stays open and can be saved or given back later.
      .finally(() => delete form.dataset.leaving);
  }

  private readonly answered = (event: Event): void => {
    const { detail } = event as CustomEvent<Answered>;
    const isField = detail.target?.matches(".field-line") && detail.requestConfig.verb === "post";
    if (isField && detail.successful) this.goOn(detail.target.id);
    else if (!detail.successful) this.next = "";
  };

  /** A conflict is not an answer for the field: it is a question for the dialog. */
  private readonly conflict = (event: Event): void => {
    const { detail } = event as CustomEvent<{
      xhr: XMLHttpRequest;
      shouldSwap: boolean;
      target: Element | null;
    }>;
    if (detail.xhr.status !== 409 || detail.xhr.getResponseHeader("HX-Reswap")) return;
    detail.shouldSwap = true;
    for (const form of this.formTargets) if (detail.target?.contains(form)) form.dataset.conflict = "1";
    detail.target = document.querySelector("#dialog-body");
    Object.assign(detail, { swapOverride: "innerHTML", isError: false });
  };

  /** A conflict was answered in the dialog: its field is read again, others that are open keep what is typed. */
  private readonly settled = (): void => {
    for (const form of this.formTargets) if (form.dataset.conflict) this.giveBack(form);
  };

  /** Fields come anew: a section that is being edited stays as it is, a folded one stays folded. */
  private readonly renewed = (event: Event): void => {
    const { detail } = event as CustomEvent<{
      shouldSwap: boolean;
      target: HTMLElement;
      fragment: ParentNode;
    }>;
    // A field that was clicked a moment ago is as good as open: its form would come into a line that is gone.
    if (detail.target.querySelector(".is-editing, .field-open.htmx-request")) detail.shouldSwap = false;
    const was = detail.target.querySelector("details");
    const will = detail.fragment.querySelector?.("details");
    if (was && will) will.open = was.open;
  };

  private readonly theirs = (event: Event): void => {
    if ((event.target as HTMLElement).closest?.("[data-conflict-theirs]")) this.settled();
  };

  /** After the exchange of the field the focus is where the person expects it. */
  private goOn(id: string): void {
    const wanted = this.next || id;
    const opens = Boolean(this.next);
    this.next = "";
    const button = document.querySelector<HTMLElement>(`#${CSS.escape(wanted)} .field-open`);
    if (opens) button?.click();
    else if (document.activeElement === document.body) button?.focus();
  }

  private neighbour(form: HTMLFormElement, by: number): string {
    const lines = [...this.element.querySelectorAll<HTMLElement>(".field-line")].filter(
      (line) => line.querySelector(".field-open") || line.contains(form),
    );
    return lines[lines.findIndex((line) => line.contains(form)) + by]?.id ?? "";
  }
}
