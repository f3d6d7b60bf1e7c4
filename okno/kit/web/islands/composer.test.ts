import { beforeEach, expect, test } from "vitest";
import { find, island, press } from "../assets/testing/island";
import Composer from "./composer";

const tab = (name: string, on: boolean, internal: boolean) =>
  `<button id="tab-${name}" role="tab" aria-controls="p-${name}" aria-selected="${on}" data-internal="${internal}" data-composer-target="tab" data-action="composer#choose keydown->composer#key"></button>`;
const PAGE = `<section data-controller="composer">${tab("mail", true, false)}${tab("note", false, true)}
  <div id="p-mail" data-composer-target="panel"><textarea></textarea></div><div id="p-note" data-composer-target="panel" hidden><textarea></textarea></div></section>`;

beforeEach(async () => {
  await island("composer", Composer, PAGE);
});

test("what only colleagues see colours the whole box", () => {
  expect(find("section").classList.contains("is-internal")).toBe(false);
  find("#tab-note").click();
  expect(find("section").classList.contains("is-internal")).toBe(true);
  expect([find("#p-mail").hidden, find("#p-note").hidden]).toEqual([true, false]);
});

test("arrows walk over the tabs", () => {
  press(find("#tab-mail"), "ArrowRight");
  expect(find("#tab-note").getAttribute("aria-selected")).toBe("true");
});
