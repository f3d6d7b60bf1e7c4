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
