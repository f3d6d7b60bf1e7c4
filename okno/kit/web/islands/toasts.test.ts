import { beforeEach, expect, test, vi } from "vitest";
import { find, island, texts } from "../assets/testing/island";
import Toasts from "./toasts";

const PAGE = `<div id="toasts" data-controller="toasts"></div>${texts("server-failure")}
  <template id="toast-template"><div class="toast-o"><svg><use href="/icons.svg#icon-x"></use></svg>
  <div data-toast-target="text"></div><button data-toast-target="undo"></button></div></template>`;

beforeEach(async () => {
  vi.useRealTimers();
  await island("toasts", Toasts, PAGE);
});

test("a message of the server is shown as text, with its way back", () => {
  document.dispatchEvent(new CustomEvent("toast", { detail: { text: "<b>Moved</b>", undo_url: "/undo/1" } }));
  expect(find("#toasts [data-toast-target=text]").innerHTML).toBe("&lt;b&gt;Moved&lt;/b&gt;");
  expect(find("#toasts button").dataset.url).toBe("/undo/1");
});

test("a message without a way back has no such button, and an error its own sign", () => {
  document.dispatchEvent(new CustomEvent("toast", { detail: { text: "No", kind: "error" } }));
  expect(document.querySelector("#toasts button")).toBeNull();
  expect(find("#toasts use").getAttribute("href")).toBe("/icons.svg#icon-alert-circle");
});

test("a request that failed without a word gets one", () => {
  document.dispatchEvent(new CustomEvent("toast:failure", { detail: { kind: "server" } }));
  expect(find("#toasts [data-toast-target=text]").textContent).toBe("server-failure!");
});
