import { Application } from "@hotwired/stimulus";
import { beforeEach, describe, expect, it } from "vitest";
import Suggest from "./suggest";

const HTML = `
  <div data-controller="suggest">
    <input data-suggest-target="input" data-action="keydown->suggest#key" aria-expanded="false">
    <ul role="listbox" data-suggest-target="list" data-action="htmx:after-swap->suggest#show mousedown->suggest#choose" hidden></ul>
  </div>`;
const OPTIONS = `
  <li role="option" id="a-0" data-value="г Тверь">г Тверь</li>
  <li role="option" id="a-1" data-value="г Тверь, ул Советская">г Тверь, ул Советская</li>`;

let input: HTMLInputElement;
let list: HTMLElement;

function press(key: string): void {
  input.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}

function answer(): void {
  list.innerHTML = OPTIONS;
  list.dispatchEvent(new Event("htmx:after-swap"));
}

beforeEach(async () => {
  document.body.innerHTML = HTML;
  Application.start().register("suggest", Suggest);
  await new Promise((done) => setTimeout(done));
  input = document.querySelector("input") as HTMLInputElement;
  list = document.querySelector("ul") as HTMLElement;
  input.focus();
});

describe("suggestions", () => {
  it("open when the server has answered and close by Escape", () => {
    answer();
    expect([list.hidden, input.getAttribute("aria-expanded")]).toEqual([false, "true"]);
    press("Escape");
    expect(list.hidden).toBe(true);
  });

  it("are chosen by arrows and taken by Enter", () => {
    answer();
    press("ArrowDown");
    press("ArrowDown");
    expect(input.getAttribute("aria-activedescendant")).toBe("a-1");
    press("Enter");
    expect([input.value, list.hidden]).toEqual(["г Тверь, ул Советская", true]);
  });

  it("are taken by pointer", () => {
    answer();
    list.querySelector("li")?.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, cancelable: true }));
    expect(input.value).toBe("г Тверь");
  });

  it("stay closed when there are none", () => {
    list.dispatchEvent(new Event("htmx:after-swap"));
    expect(list.hidden).toBe(true);
  });
});
