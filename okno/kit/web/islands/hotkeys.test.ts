import { beforeEach, expect, test } from "vitest";
import { find, island, press } from "../assets/testing/island";
import Hotkeys from "./hotkeys";

let done: string[];

beforeEach(async () => {
  done = [];
  await island(
    "hotkeys",
    Hotkeys,
    `<div data-controller="hotkeys"><button id="e" data-hotkey="KeyE"></button><form><textarea id="t"></textarea></form></div>`,
  );
  find("#e").addEventListener("click", () => done.push("e"));
  find("form").addEventListener("submit", (event) => {
    event.preventDefault();
    done.push("sent");
  });
  document.addEventListener("palette:open", () => done.push("palette"), { once: true });
});

test("Ctrl+K opens the palette on any layout", () => {
  press(document.body, "л", { code: "KeyK", ctrlKey: true });
  expect(done).toEqual(["palette"]);
});

test("a letter presses its button, but not while somebody types", () => {
  press(find("#t"), "e", { code: "KeyE" });
  expect(done).toEqual([]);
  press(document.body, "у", { code: "KeyE" });
  expect(done).toEqual(["e"]);
});

test("Ctrl+Enter sends the form one is in", () => {
  press(find("#t"), "Enter", { code: "Enter", ctrlKey: true });
  expect(done).toEqual(["sent"]);
});
