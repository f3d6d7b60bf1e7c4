import { expect, test, vi } from "vitest";
import { find, island, press, settled } from "../../../../kit/web/assets/testing/island";
import Intake from "./intake";

const PEOPLE = `<ul data-who="romashka"><button id="one" data-intake-target="person"></button><button id="two" data-intake-target="person"></button></ul>`;
const PAGE = `<div data-controller="intake"><input id="who" value="romashka" data-intake-target="who" data-action="keydown->intake#choose">
  <div id="found" data-action="htmx:afterSettle->intake#arrived">${PEOPLE}</div><div data-intake-target="about"><input id="minutes"><textarea id="text"></textarea>
  <div data-own-act><input id="due"><button id="task" name="action"></button></div>
  <div data-action="keydown->intake#walk"><button id="deal" data-intake-target="act"></button><button id="mine" data-intake-target="act"></button></div></div></div>`;

test("enter takes whoever is found first", async () => {
  await island("intake", Intake, PAGE);
  const taken = vi.fn();
  find("#one").addEventListener("click", taken);
  press(find("#who"), "Enter");
  expect(taken).toHaveBeenCalledOnce();
});

test("enter before the answer waits for it", async () => {
  await island("intake", Intake, PAGE);
  find<HTMLInputElement>("#who").value = "luch";
  const taken = vi.fn();
  find("#one").addEventListener("click", taken);
  press(find("#who"), "Enter");
  expect(taken).not.toHaveBeenCalled();
  find("#found").innerHTML =
    `<ul data-who="luch"><button id="new" data-intake-target="person"></button></ul>`;
  find("#new").addEventListener("click", taken);
  await settled();
  press(find("#who"), "Enter");
  expect(taken, "its buttons do nothing yet").not.toHaveBeenCalled();
  find("#found").dispatchEvent(new CustomEvent("htmx:afterSettle", { bubbles: true }));
  expect(taken).toHaveBeenCalledOnce();
});

test("arrows go over people and back into the box", async () => {
  await island("intake", Intake, PAGE);
  press(find("#who"), "ArrowDown");
  press(find("#one"), "ArrowDown");
  expect(document.activeElement?.id).toBe("two");
  press(find("#two"), "ArrowUp");
  press(find("#one"), "ArrowUp");
  expect(document.activeElement?.id).toBe("who");
});

test("control and enter in the text press the first button", async () => {
  await island("intake", Intake, PAGE);
  const done = vi.fn();
  find("#deal").addEventListener("click", done);
  press(find("#text"), "Enter", { ctrlKey: true });
  expect(done).toHaveBeenCalledOnce();
});

test("enter in a field presses the button that stands with it and no other", async () => {
  await island("intake", Intake, PAGE);
  const [deal, task] = [vi.fn(), vi.fn()];
  find("#deal").addEventListener("click", deal);
  find("#task").addEventListener("click", task);
  press(find("#due"), "Enter");
  expect(task).toHaveBeenCalledOnce();
  press(find("#minutes"), "Enter");
  expect(document.activeElement?.id).toBe("text");
  expect(deal).not.toHaveBeenCalled();
});
