import { expect, test } from "vitest";
import { find, island, press } from "../assets/testing/island";
import Expression, { wordBefore } from "./expression";

const EDITOR = `<div data-controller="expression">
  <textarea data-expression-target="source" data-action="input->expression#typed keydown->expression#key"></textarea>
  <div data-expression-target="told"></div>
  <ul data-expression-target="list"><li role="presentation">Сделка</li>
    <li role="option" data-words="сумма amount" data-insert="Сумма"></li>
    <li role="option" data-words="сумма sum сумма чисел" data-insert="сумма("></li>
    <li role="option" data-words="клиент client" data-insert="Клиент"></li>
  </ul></div>`;

function type(text: string): HTMLTextAreaElement {
  const source = find<HTMLTextAreaElement>("textarea");
  source.value = text;
  source.setSelectionRange(text.length, text.length);
  source.dispatchEvent(new Event("input"));
  return source;
}

test("the word before the caret is a name with its dots", () => {
  expect(["2 * клиент.рег", "если(", "a+b", ""].map(wordBefore)).toEqual(["клиент.рег", "", "b", ""]);
});

test("typing narrows the names, arrows choose and Enter writes the name in the place of the word", async () => {
  await island("expression", Expression, EDITOR);
  const source = type("2 * сум");
  const hidden = (): boolean[] =>
    [...document.querySelectorAll<HTMLElement>("li")].map((one) => one.hidden === true);
  expect(hidden()).toEqual([false, false, false, true]);
  type("2 * нет");
  expect(hidden()).toEqual([true, true, true, true]);
  type("2 * сум");

  press(source, "ArrowDown");
  press(source, "Enter");

  expect(source.value).toBe("2 * сумма(");
});

test("what is written so is meant before what only speaks of it", async () => {
  const more = `<li role="option" data-words="ceil вверх округлённое вверх" data-insert="вверх("></li>
    <li role="option" data-words="round округлить" data-insert="округлить("></li></ul>`;
  await island("expression", Expression, EDITOR.replace("</ul>", more));
  const source = type("окр");

  press(source, "Enter");

  expect(source.value).toBe("округлить(");
});

test("Ctrl+Enter is left to the form", async () => {
  await island("expression", Expression, EDITOR);
  const source = type("2 * сум");
  const pressed = new KeyboardEvent("keydown", {
    key: "Enter",
    ctrlKey: true,
    bubbles: true,
    cancelable: true,
  });
  source.dispatchEvent(pressed);
  expect([source.value, pressed.defaultPrevented]).toEqual(["2 * сум", false]);
});

test("Enter without a word is left to the text", async () => {
  await island("expression", Expression, EDITOR);
  const source = type("2 + ");
  expect(press(source, "Enter").defaultPrevented).toBe(false);
});
