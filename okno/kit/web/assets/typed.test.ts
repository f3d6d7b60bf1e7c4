import { expect, test } from "vitest";
import { find } from "./testing/island";
import { holdsTyped, isChanged } from "./typed";

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

test("only a form that sends something holds what was typed", () => {
  document.body.innerHTML = '<form><input name="q"></form><form hx-post="/note"><textarea></textarea></form>';
  find<HTMLInputElement>("input").value = "looked for";
  expect(holdsTyped(document)).toBe(false);
  find<HTMLTextAreaElement>("textarea").value = "half a letter";
  expect(holdsTyped(document)).toBe(true);
});
