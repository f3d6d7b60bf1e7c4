// A row of tabs is scrolled to the open one when it appears, and nothing else on the page is.
import { Application } from "@hotwired/stimulus";
import { afterEach, expect, it } from "vitest";
import Tabs from "./tabs";

let application: Application;

afterEach(() => application.stop());

async function shown(tabs: string, left: number): Promise<HTMLElement> {
  document.body.innerHTML = `<nav data-controller="tabs">${tabs}</nav>`;
  const row = document.querySelector("nav") as HTMLElement;
  row.getBoundingClientRect = () => new DOMRect(10, 0, 300, 32);
  const open = row.querySelector("[aria-current]");
  if (open) open.getBoundingClientRect = () => new DOMRect(left, 0, 100, 32);
  application = Application.start();
  application.register("tabs", Tabs);
  await Promise.resolve();
  return row;
}

it("brings the open tab to the middle", async () => {
  const row = await shown(`<a>1</a><a aria-current="step">2</a>`, 510);
  expect(row.scrollLeft).toBe(400);
});

it("stays where it is when none is open", async () => {
  const row = await shown("<a>1</a><a>2</a>", 510);
  expect(row.scrollLeft).toBe(0);
});
