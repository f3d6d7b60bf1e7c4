import { expect, test } from "vitest";
import { find, island } from "../../../kit/web/assets/testing/island";
import Narrow from "./narrow";

const PAGE = `<form data-controller="narrow">
  <input type="search" data-action="narrow#find keydown->narrow#stay">
  <details data-narrow-target="group" id="clients"><summary>Клиенты</summary>
    <p data-narrow-target="line" data-said="Объединить" id="merge"></p>
    <p data-narrow-target="line" data-said="Учёт долгов" id="debts"></p></details>
  <details data-narrow-target="group" id="deals" open><summary>Сделки</summary>
    <p data-narrow-target="line" data-said="Передвинуть" id="move"></p></details>
  <p data-narrow-target="nothing" id="nothing" hidden></p></form>`;

async function typed(text: string): Promise<void> {
  const input = find("input") as HTMLInputElement;
  input.value = text;
  input.dispatchEvent(new Event("input"));
}

const hidden = () =>
  ["clients", "deals", "merge", "debts", "move", "nothing"].filter((id) => find(`#${id}`).hidden);

test("lines are found by their words and by those of their group", async () => {
  await island("narrow", Narrow, PAGE);
  await typed("клиенты учет");
  expect(hidden()).toEqual(["deals", "merge", "move", "nothing"]);
  expect((find("#clients") as HTMLDetailsElement).open).toBe(true);
});

test("what is looked for and is not there is told", async () => {
  await island("narrow", Narrow, PAGE);
  await typed("склад");
  expect(hidden()).not.toContain("nothing");
});

test("an empty search brings everything back as it was", async () => {
  await island("narrow", Narrow, PAGE);
  await typed("объединить");
  await typed("");
  expect(hidden()).toEqual(["nothing"]);
  expect(["#clients", "#deals"].map((one) => (find(one) as HTMLDetailsElement).open)).toEqual([false, true]);
});

test("Enter does not send the form", async () => {
  await island("narrow", Narrow, PAGE);
  const key = new KeyboardEvent("keydown", { key: "Enter", cancelable: true });
  find("input").dispatchEvent(key);
  expect(key.defaultPrevented).toBe(true);
});
