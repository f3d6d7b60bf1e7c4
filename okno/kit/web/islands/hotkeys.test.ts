import { beforeEach, expect, test } from "vitest";
import { find, island, press } from "../assets/testing/island";
import Hotkeys from "./hotkeys";

let done: string[];

beforeEach(async () => {
  done = [];
  await island(
    "hotkeys",
    Hotkeys,
    `<div data-controller="hotkeys"><button id="e" data-hotkey="KeyE">edit</button><form><textarea id="t"></textarea></form></div>
    <a data-hotkey="Slash" aria-label="find"></a><a data-hotkey="Digit1">deal <kbd>1</kbd></a>
    <template id="hotkeys-template"><table><tbody data-hotkeys-of-page></tbody></table></template>
    <div id="dialog-body"></div>`,
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

test("the sheet of keys lists those of the page, as its elements are called", () => {
  press(document.body, "?", { code: "Digit7", shiftKey: true });
  const rows = [...find("#dialog-body").querySelectorAll("tr")].map((row) => row.textContent);
  expect(rows).toEqual(["Eedit", "/find", "1deal"]);
});
