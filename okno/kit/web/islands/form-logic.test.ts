// The logic of a form: what is shown, demanded and offered follows what is typed.
import { Application } from "@hotwired/stimulus";
import { beforeEach, expect, test, vi } from "vitest";
import FormLogic from "./form-logic";

const rules = {
  record: "deals.deal",
  shape: {
    "deals.deal": {
      fields: {
        x_size: {
          kind: "choice",
          options: [
            ["s", "S"],
            ["l", "L"],
          ],
        },
        x_crane: { kind: "text" },
        amount: { kind: "money" },
      },
      relations: {},
    },
  },
  rules: {
    x_crane: {
      shown: [{ field: "x_size", op: "eq", value: "l" }],
      required: { field: "amount", op: "ge", value: 100 },
      options: {},
    },
    x_size: { shown: [], required: null, options: { l: { field: "amount", op: "ge", value: 10 } } },
    x_more: { shown: [], required: null, options: { b: { field: "amount", op: "ge", value: 10 } } },
    x_permit: { shown: [{ field: "x_crane", op: "not_empty" }], required: null, options: {} },
  },
  row: {},
  context: { me: 1, department: null, subtree: [], zone: "Europe/Moscow" },
};

const find = <T extends Element>(css: string): T => document.querySelector<T>(css) as T;
const type = (css: string, value: string): void => {
  const input = find<HTMLInputElement>(css);
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
};

beforeEach(async () => {
  document.body.innerHTML = `<form>
    <div hidden data-controller="form-logic"></div>
    <div class="field"><label>Сумма</label><input name="amount"></div>
    <div class="field"><label>Размер</label><select name="x_size"><option value=""></option><option value="s">S</option><option value="l">L</option></select></div>
    <div class="field" id="crane"><label>Кран</label><input name="x_crane"></div>
    <div class="field" id="permit"><label>Пропуск</label><input name="x_permit"></div>
    <div class="field"><label>Ещё</label><select name="x_more" multiple><option value="a">A</option><option value="b">B</option></select></div></form>`;
  find("[data-controller]").setAttribute("data-form-logic-rules-value", JSON.stringify(rules));
  Application.start().register("form-logic", FormLogic);
  await vi.waitFor(() => expect(find<HTMLElement>("#crane").hidden).toBe(true));
});

test("a field that is not shown is not sent", () => {
  expect(find<HTMLInputElement>("[name=x_crane]").disabled).toBe(true);
});

test("a field appears and becomes required as others are filled in", () => {
  type("[name=amount]", "1 500,00");
  type("[name=x_size]", "l");
  expect(find<HTMLElement>("#crane").hidden).toBe(false);
  expect(find("#crane label").classList.contains("is-required")).toBe(true);
});

test("an option is offered by its condition and let go with it", () => {
  expect(find<HTMLOptionElement>("[value=l]").disabled).toBe(true);
  type("[name=amount]", "10");
  type("[name=x_size]", "l");
  expect(find<HTMLSelectElement>("[name=x_size]").value).toBe("l");
  type("[name=amount]", "5");
  expect(find<HTMLSelectElement>("[name=x_size]").value).toBe("");
});

test("one of several options is let go alone", () => {
  const several = find<HTMLSelectElement>("[name=x_more]");
  type("[name=amount]", "20");
  for (const one of several.options) one.selected = true;
  type("[name=amount]", "5");
  expect([...several.selectedOptions].map((one) => one.value)).toEqual(["a"]);
});

test("what a hidden field holds shows nothing else", () => {
  type("[name=amount]", "10");
  type("[name=x_size]", "l");
  type("[name=x_crane]", "КС-55");
  expect(find<HTMLElement>("#permit").hidden).toBe(false);
  type("[name=x_size]", "s");
  expect(find<HTMLElement>("#permit").hidden).toBe(true);
});

test("a field that searches is opened and shut with the one behind it", () => {
  const told: string[] = [];
  Object.assign(find("[name=x_crane]"), {
    tomselect: { enable: () => told.push("open"), disable: () => told.push("shut") },
  });
  type("[name=amount]", "10");
  type("[name=x_size]", "l");
  type("[name=x_size]", "s");
  expect([told.at(0), told.includes("open"), told.at(-1)]).toEqual(["shut", true, "shut"]);
});

test("a field that comes in later is judged as it comes", () => {
  const crane = find<HTMLElement>("#crane");
  crane.innerHTML = '<label>Кран</label><input name="x_crane">';
  expect(find<HTMLInputElement>("[name=x_crane]").disabled).toBe(false);
  crane.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
  expect(find<HTMLInputElement>("[name=x_crane]").disabled).toBe(true);
});

test("logic that was taken out of its form does not hold on to it", async () => {
  const left = vi.spyOn(find<HTMLFormElement>("form"), "removeEventListener");
  find("[data-controller]").remove();
  const names = () => new Set(left.mock.calls.map(([name]) => name));
  await vi.waitFor(() => expect(names()).toEqual(new Set(["input", "change", "htmx:load"])));
});
