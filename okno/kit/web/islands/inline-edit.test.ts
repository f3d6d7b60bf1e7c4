import { expect, test } from "vitest";
import { find } from "../assets/testing/island";
import { isChanged } from "./inline-edit";

function form(inside: string): HTMLFormElement {
  document.body.innerHTML = `<form>${inside}</form>`;
  return find<HTMLFormElement>("form");
}

test("a field as it came is unchanged", () => {
  expect(
    isChanged(
      form('<input type="hidden" name="version" value="7"><input name="a" value="1"><textarea>t</textarea>'),
    ),
  ).toBe(false);
});

test("a typed text, a tick and a choice are changes", () => {
  const typed = form('<input name="a" value="1">');
  find<HTMLInputElement>("input").value = "2";
  expect(isChanged(typed)).toBe(true);
  const ticked = form('<input type="checkbox" name="a">');
  find<HTMLInputElement>("input").checked = true;
  expect(isChanged(ticked)).toBe(true);
  const chosen = form("<select><option selected>a</option><option>b</option></select>");
  find<HTMLSelectElement>("select").value = "b";
  expect(isChanged(chosen)).toBe(true);
});
