import { expect, test } from "vitest";
import { find, island, press } from "../assets/testing/island";
import Arrange from "./arrange";

const ROW = (key: string) =>
  `<li><input type="hidden" name="order" value="${key}"><button id="${key}" class="arrange-handle" data-action="keydown->arrange#move"></button></li>`;

async function form(): Promise<HTMLElement> {
  const rows = ["funnel", "late", "money"].map(ROW).join("");
  return island(
    "arrange",
    Arrange,
    `<form data-controller="arrange"><ul data-arrange-target="list">${rows}</ul></form>`,
  );
}

function order(): string[] {
  return [...document.querySelectorAll<HTMLInputElement>("input[name=order]")].map((input) => input.value);
}

test("the arrow down moves a block down and keeps the focus on it", async () => {
  await form();
  find("#funnel").focus();
  press(find("#funnel"), "ArrowDown");
  expect(order()).toEqual(["late", "funnel", "money"]);
  expect(document.activeElement?.id).toBe("funnel");
});

test("the arrow up moves a block up, and the first one stays", async () => {
  await form();
  press(find("#late"), "ArrowUp");
  press(find("#late"), "ArrowUp");
  expect(order()).toEqual(["late", "funnel", "money"]);
});

test("other keys are left to the browser", async () => {
  await form();
  expect(press(find("#late"), "Tab").defaultPrevented).toBe(false);
});

test("past the edge of a list a row goes into the next one of its group", async () => {
  const list = (name: string, ...keys: string[]) =>
    `<ul id="${name}" data-arrange-target="list" data-arrange-group="fields">${keys.map(ROW).join("")}</ul>`;
  await island(
    "arrange",
    Arrange,
    `<form data-controller="arrange">${list("one", "a")}${list("two", "b")}</form>`,
  );

  press(find("#a"), "ArrowDown");

  expect([...find("#two").querySelectorAll("button")].map((one) => one.id)).toEqual(["a", "b"]);
  expect(document.activeElement?.id).toBe("a");
});
