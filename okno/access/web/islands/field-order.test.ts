// Fields are moved by arrows within a section and into the next one.
import { Application } from "@hotwired/stimulus";
import { beforeEach, expect, test, vi } from "vitest";
import FieldOrder, { placesOf } from "./field-order";

const sections = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("[data-section]")];
const row = (id: number): string =>
  `<li class="field-row" data-field="${id}"><button data-grip></button></li>`;
const press = (id: number, key: string): void => {
  const grip = document.querySelector(`[data-field="${id}"] [data-grip]`);
  grip?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
};

let application: Application | undefined;

beforeEach(async () => {
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => new Response(null, { status: 204 })),
  );
  document.body.innerHTML = `<section data-controller="field-order" data-field-order-url-value="/x/">
    <div data-field-order-target="section" data-section="A"><ul data-field-order-target="list">${row(1)}${row(2)}</ul></div>
    <div data-field-order-target="section" data-section="B"><ul data-field-order-target="list">${row(3)}</ul></div></section>`;
  application?.stop();
  application = Application.start();
  application.register("field-order", FieldOrder);
  await new Promise((done) => setTimeout(done));
});

test("an arrow moves a field within its section", () => {
  press(2, "ArrowUp");
  expect(placesOf(sections()).map((one) => one.id)).toEqual(["2", "1", "3"]);
  expect(fetch).toHaveBeenCalledOnce();
});

test("past the end a field goes into the next section", () => {
  press(2, "ArrowDown");
  expect(placesOf(sections())).toEqual([
    { id: "1", section: "A" },
    { id: "2", section: "B" },
    { id: "3", section: "B" },
  ]);
});
