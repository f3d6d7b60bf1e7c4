import { beforeEach, expect, test, vi } from "vitest";
import { find, island } from "../assets/testing/island";
import Pins from "./pins";

const SCROLL = `<div id="scroll" data-controller="pins" data-pins-count-value="2"><table class="list"><thead><tr>
  <th></th><th data-key="title"></th><th data-key="client"></th></tr></thead></table></div>`;

beforeEach(async () => {
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      disconnect() {}
    },
  );
  await island("pins", Pins, SCROLL);
});

test("the edge is shown only while columns are under it", () => {
  const scroll = find("#scroll");
  expect(scroll.classList.contains("is-aside")).toBe(false);
  scroll.scrollLeft = 40;
  scroll.dispatchEvent(new Event("scroll"));
  expect(scroll.classList.contains("is-aside")).toBe(true);
});
