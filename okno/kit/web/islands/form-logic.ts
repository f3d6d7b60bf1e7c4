// Logic of a form: fields appear, become required and offer options as others are filled in. The server judges again.
import { Controller } from "@hotwired/stimulus";
import type { Context, Row, Shape } from "./conditions/evaluate";

interface Rule {
  shown: unknown[];
  required: unknown;
  options: Record<string, unknown>;
}

interface Rules {
  record: string;
  shape: Shape;
  rules: Record<string, Rule>;
  row: Row;
  context: Omit<Context, "at">;
}

type Input = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
type Judge = (tree: unknown, row: Row) => boolean;

export default class FormLogic extends Controller<HTMLElement> {
  static override values = { rules: Object };
  declare readonly rulesValue: Rules;

  private judge?: Judge;

  override async connect(): Promise<void> {
    const { matches } = await import("./conditions/evaluate");
    const { shape, record, context } = this.rulesValue;
    this.judge = (tree, row) =>
      matches(tree, shape, record, row, { ...context, at: new Date().toISOString() });
    this.form?.addEventListener("input", this.apply);
    this.form?.addEventListener("change", this.apply);
    this.apply();
  }

  override disconnect(): void {
    this.form?.removeEventListener("input", this.apply);
    this.form?.removeEventListener("change", this.apply);
  }

  private get form(): HTMLFormElement | null {
    return this.element.closest("form");
  }

  private readonly apply = (): void => {
    const { form, judge } = this;
    if (!form || !judge) return;
    const { record, shape, rules, row } = this.rulesValue;
    const now = { ...row, ...valuesOf(form, shape, record) };
    for (const [key, rule] of Object.entries(rules)) {
      const input = form.elements.namedItem(key);
      if (!isInput(input)) continue;
      const isShown = rule.shown.every((tree) => judge(tree, now));
      show(input, isShown);
      mark(input, isShown && rule.required !== null && judge(rule.required, now));
      if (input instanceof HTMLSelectElement) offer(input, rule.options, (tree) => judge(tree, now));
    }
  };
}

/** Values of a form as the evaluator reads them: by key, days and numbers as the server keeps them. */
export function valuesOf(form: HTMLFormElement, shape: Shape, record: string): Row {
  const found: Row = {};
  for (const [key, field] of Object.entries(shape[record]?.fields ?? {})) {
    const input = form.elements.namedItem(key);
    if (!isInput(input)) continue;
    if (input instanceof HTMLInputElement && input.type === "checkbox") found[key] = input.checked;
    else if (input instanceof HTMLSelectElement && input.multiple)
      found[key] = [...input.selectedOptions].map((one) => one.value);
    else found[key] = read(input.value.trim(), field.kind);
  }
  return found;
}

function read(text: string, kind: string): unknown {
  if (text === "") return null;
  if (["integer", "decimal", "money"].includes(kind)) return text.replace(/\s/g, "").replace(",", ".");
  const day = /^(\d\d?)\.(\d\d?)\.(\d{4})/.exec(text);
  if (day && ["date", "moment"].includes(kind)) {
    const [, date = "", month = "", year = ""] = day;
    const iso = `${year}-${month.padStart(2, "0")}-${date.padStart(2, "0")}`;
    return kind === "date" ? iso : `${iso}T${/\d\d:\d\d/.exec(text)?.[0] ?? "00:00"}:00`;
  }
  return text;
}

/** What is not shown is not sent either. */
function show(input: Input, isShown: boolean): void {
  const wrapper = input.closest<HTMLElement>(".field");
  if (wrapper) wrapper.hidden = !isShown;
  input.disabled = !isShown;
}

function mark(input: Input, isRequired: boolean): void {
  input.closest(".field")?.querySelector("label")?.classList.toggle("is-required", isRequired);
  input.toggleAttribute("aria-required", isRequired);
}

function offer(
  select: HTMLSelectElement,
  options: Record<string, unknown>,
  judge: (tree: unknown) => boolean,
): void {
  for (const option of select.options) {
    const when = options[option.value];
    const isOpen = !when || judge(when);
    option.disabled = !isOpen && !option.defaultSelected;
    option.hidden = option.disabled;
    if (option.disabled && option.selected) select.value = "";
  }
}

function isInput(found: Element | RadioNodeList | null): found is Input {
  return (
    found instanceof HTMLInputElement ||
    found instanceof HTMLSelectElement ||
    found instanceof HTMLTextAreaElement
  );
}
