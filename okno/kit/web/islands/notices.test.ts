import { beforeEach, expect, test, vi } from "vitest";
import { htmx } from "../assets/htmx";
import { island } from "../assets/testing/island";
import Notices from "./notices";

const HTML = `
  <div data-controller="notices" data-notices-url-value="/notices/?part=panel">
    <a id="bell" href="/notices/" data-action="notices#toggle">bell</a>
    <input id="typing">
    <aside data-notices-target="panel" hidden></aside>
  </div>`;

beforeEach(() => {
  sessionStorage.clear();
  vi.spyOn(htmx, "ajax").mockResolvedValue(undefined);
  vi.stubGlobal("matchMedia", () => ({ matches: true }));
});

test("the bell opens and closes the panel without taking the focus", async () => {
  await island("notices", Notices, HTML);
  const typing = document.querySelector<HTMLInputElement>("#typing");
  typing?.focus();
  document.querySelector<HTMLElement>("#bell")?.click();
  expect(document.querySelector("aside")?.hidden).toBe(false);
  expect(document.activeElement).toBe(typing);
  document.querySelector<HTMLElement>("#bell")?.click();
  expect(document.querySelector("aside")?.hidden).toBe(true);
});

test("an open panel is open on the next page", async () => {
  sessionStorage.setItem("okno:notices", "open");
  await island("notices", Notices, HTML);
  expect(document.querySelector("aside")?.hidden).toBe(false);
});
