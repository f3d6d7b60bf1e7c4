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

/** What typing and searching has put over a select. */
interface Widget {
  options: Record<string, object>;
  enable(): void;
  disable(): void;
  updateOption(value: string, data: object): void;
  removeItem(value: string, isSilent: boolean): void;
}

type Input = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
type Judge = (tree: unknown, row: Row) => boolean;

export default class FormLogic extends Controller<HTMLElement> {
  static override values = { rules: Object };
  declare readonly rulesValue: Rules;

  private judge?: Judge;
  /** Kept, as an element that has left its form finds it no more. */
  private form: HTMLFormElement | null = null;

  override async connect(): Promise<void> {
    const { matches } = await import("./conditions/evaluate");
    if (!this.element.isConnected) return;
    const { shape, record, context } = this.rulesValue;
    this.judge = (tree, row) =>
      matches(tree, shape, record, row, { ...context, at: new Date().toISOString() });
    this.form = this.element.closest("form");
    this.form?.addEventListener("input", this.apply);
    this.form?.addEventListener("change", this.apply);
    // Fields have come in as another type was chosen.
    this.form?.addEventListener("htmx:load", this.apply);
    this.apply();
  }

  override disconnect(): void {
    this.form?.removeEventListener("input", this.apply);
    this.form?.removeEventListener("change", this.apply);
    this.form?.removeEventListener("htmx:load", this.apply);
  }

  private readonly apply = (): void => {
    const { form, judge } = this;
    if (!form || !judge) return;
    const { record, shape, rules, row } = this.rulesValue;
    const typed = { ...row, ...valuesOf(form, shape, record) };
    const hidden = hiddenOf(rules, typed, judge);
    const now = without(typed, hidden);
    let isLetGo = false;
    for (const [key, rule] of Object.entries(rules)) {
      const input = form.elements.namedItem(key);
      if (!isInput(input)) continue;
      const isShown = !hidden.has(key);
      show(input, isShown);
      mark(input, isShown && rule.required !== null && judge(rule.required, now));
      if (input instanceof HTMLSelectElement)
        isLetGo = offer(input, rule.options, (tree) => judge(tree, now)) || isLetGo;
    }
    // What was chosen no more is looked at by others.
    if (isLetGo) this.apply();
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

/** What is not shown is not sent, so others are judged without it, which may hide or show them in turn. */
function hiddenOf(rules: Record<string, Rule>, typed: Row, judge: Judge): Set<string> {
  let hidden = new Set<string>();
  for (const _round of Object.keys(rules)) {
    const now = without(typed, hidden);
    const next = Object.keys(rules).filter((key) => !rules[key]?.shown.every((tree) => judge(tree, now)));
    if (next.length === hidden.size && next.every((key) => hidden.has(key))) break;
    hidden = new Set(next);
  }
  return hidden;
}

function without(row: Row, hidden: Set<string>): Row {
  return { ...row, ...Object.fromEntries([...hidden].map((key) => [key, null])) };
}

function show(input: Input, isShown: boolean): void {
  const wrapper = input.closest<HTMLElement>(".field");
  if (wrapper) wrapper.hidden = !isShown;
  input.disabled = !isShown;
  // A field that searches has an input of its own, which stays shut if it was made while this one was.
  if (isShown) widgetOf(input)?.enable();
  else widgetOf(input)?.disable();
}

function mark(input: Input, isRequired: boolean): void {
  input.closest(".field")?.querySelector("label")?.classList.toggle("is-required", isRequired);
  input.toggleAttribute("aria-required", isRequired);
}

/** Whether something that was chosen is so no more. */
function offer(
  select: HTMLSelectElement,
  options: Record<string, unknown>,
  judge: (tree: unknown) => boolean,
): boolean {
  let isLetGo = false;
  for (const option of select.options) {
    const when = options[option.value];
    const isShut = when !== undefined && !option.defaultSelected && !judge(when);
    if (option.disabled === isShut) continue;
    option.disabled = isShut;
    option.hidden = isShut;
    isLetGo ||= isShut && option.selected;
    if (isShut) option.selected = false;
    tell(select, option);
  }
  return isLetGo;
}

/** A field that searches has read its options once. */
function tell(select: HTMLSelectElement, option: HTMLOptionElement): void {
  const widget = widgetOf(select);
  if (!widget) return;
  widget.updateOption(option.value, { ...widget.options[option.value], disabled: option.disabled });
  if (option.disabled) widget.removeItem(option.value, true);
}

function widgetOf(input: Input): Widget | undefined {
  return (input as { tomselect?: Widget }).tomselect;
}

function isInput(found: Element | RadioNodeList | null): found is Input {
  return (
    found instanceof HTMLInputElement ||
    found instanceof HTMLSelectElement ||
    found instanceof HTMLTextAreaElement
  );
}
