import { expect, test } from "vitest";
import { find, island } from "../assets/testing/island";
import Filters from "./filters";

const FORM = `<form data-controller="filters" data-action="submit->filters#tidy">
  <input id="find" data-filters-target="search" data-action="input->filters#narrow">
  <div id="a" data-filters-target="field"><label>Сумма</label><input name="v-amount"></div>
  <div id="b" data-filters-target="field"><label>Этап</label><input name="v-stage" value="won"></div>
  <div id="c" data-filters-target="field"><label>Тема</label><input name="v-title"></div></form>`;

test("fields are narrowed by name, filled ones stay in sight", async () => {
  await island("filters", Filters, FORM);
  find<HTMLInputElement>("#find").value = "сум";
  find("#find").dispatchEvent(new Event("input"));
  expect(["a", "b", "c"].map((id) => find(`#${id}`).hidden)).toEqual([false, false, true]);
});

test("empty fields are not sent", async () => {
  const form = (await island("filters", Filters, FORM)) as HTMLFormElement;
  form.dispatchEvent(new Event("submit"));
  const sent = [...form.querySelectorAll<HTMLInputElement>("[name]")].filter((input) => !input.disabled);
  expect(sent.map((input) => input.name)).toEqual(["v-stage"]);
});
