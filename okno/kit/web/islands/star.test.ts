// The star shows whether the chosen row is a favourite, and asks the server to make it one.
import { Application } from "@hotwired/stimulus";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import Star from "./star";

let application: Application;

beforeEach(async () => {
  document.body.innerHTML = `<span data-controller="star" data-star-url-value="/pick/clients.client/"><select><option value=""></option><option value="5">Ромашка</option></select><button data-star-target="button" data-action="star#toggle" aria-pressed="false" hidden></button></span>`;
  const asked = vi.fn(async (url: string) =>
    Response.json(url.includes("stars") ? [7] : { star: true }, { status: 200 }),
  );
  vi.stubGlobal("fetch", asked);
  application = Application.start();
  application.register("star", Star);
  await Promise.resolve();
});

afterEach(() => {
  application.stop();
  vi.unstubAllGlobals();
});

it("appears with a chosen row and marks it", async () => {
  const button = document.querySelector("button");
  const select = document.querySelector("select");
  expect(button?.hidden).toBe(true);

  if (select) select.value = "5";
  select?.dispatchEvent(new Event("change", { bubbles: true }));
  expect(button?.hidden).toBe(false);

  button?.click();
  await vi.waitFor(() => expect(button?.getAttribute("aria-pressed")).toBe("true"));
});
