import { expect, test } from "vitest";
import { find, island } from "../assets/testing/island";
import InlineEdit from "./inline-edit";

async function comesAnew(field: string): Promise<boolean> {
  const page = `<article data-controller="inline-edit"><section id="fields">${field}</section></article>`;
  await island("inline-edit", InlineEdit, page);
  const detail = { shouldSwap: true, target: find("#fields"), fragment: document.createDocumentFragment() };
  document.dispatchEvent(new CustomEvent("htmx:oobBeforeSwap", { detail }));
  return detail.shouldSwap;
}

test("fields come anew, but not under the hand of somebody who edits one or has just clicked it", async () => {
  expect(await comesAnew('<button class="field-open"></button>')).toBe(true);
  expect(await comesAnew('<div class="is-editing"></div>')).toBe(false);
  expect(await comesAnew('<button class="field-open htmx-request"></button>')).toBe(false);
});

test("files that are chosen are sent at once, what is typed waits for a key", async () => {
  const form = '<form data-inline-edit-target="form"><input type="file"><input name="text"></form>';
  await island("inline-edit", InlineEdit, `<article data-controller="inline-edit">${form}</article>`);
  let sent = 0;
  find("form").addEventListener("submit", (event) => {
    event.preventDefault();
    sent += 1;
  });
  const files = find<HTMLInputElement>("input[type=file]");
  Object.defineProperty(files, "value", { value: "C:\\fakepath\\plan.pdf" });

  find("input[name=text]").dispatchEvent(new Event("change", { bubbles: true }));
  expect(sent).toBe(0);
  files.dispatchEvent(new Event("change", { bubbles: true }));
  expect(sent).toBe(1);
});
