// Rows of the calendar walk from day to day by keys, and go back where the server refuses.
import { Application } from "@hotwired/stimulus";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import Calendar from "./calendar";

const GRID = `<section data-controller="calendar">
  ${[1, 2, 3].map((day) => `<ul data-calendar-target="list" data-key="2026-11-0${day}" data-label="${day} ноября"></ul>`).join("")}
  <div data-calendar-target="says"></div></section>`;

describe("calendar", () => {
  let application: Application;

  beforeEach(async () => {
    document.body.innerHTML = GRID;
    const card = `<li class="calendar-card is-movable" data-id="5" data-move-url="/shift"><a href="/deals/5/">Поставка</a></li>`;
    days()[1]?.insertAdjacentHTML("beforeend", card);
    application = Application.start();
    application.register("calendar", Calendar);
    await Promise.resolve();
  });

  afterEach(() => {
    application.stop();
    vi.unstubAllGlobals();
  });

  it("carries a row to the next day and tells the server", async () => {
    const asked = answered(204);
    for (const key of [" ", "ArrowRight", "Enter"]) press(key);
    await vi.waitFor(() => expect(asked).toHaveBeenCalled());

    expect(String(asked.mock.calls[0]?.[1]?.body)).toContain("day=2026-11-03");
    expect(days()[2]?.children.length).toBe(1);
  });

  it("puts a row back that the server refuses", async () => {
    const asked = answered(422);
    for (const key of [" ", "ArrowLeft", "Enter"]) press(key);
    await vi.waitFor(() => expect(asked).toHaveBeenCalled());
    await vi.waitFor(() => expect(days()[1]?.children.length).toBe(1));
  });

  it("gives a row back by Esc and asks nobody", () => {
    const asked = answered(204);
    for (const key of [" ", "ArrowRight", "Escape"]) press(key);

    expect(days()[1]?.children.length).toBe(1);
    expect(asked).not.toHaveBeenCalled();
  });

  it("stays within the days that are shown", () => {
    for (const key of [" ", "ArrowDown"]) press(key);
    expect(days()[1]?.children.length).toBe(1);
  });
});

function days(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-key]")];
}

function press(key: string): void {
  const link = document.querySelector(".calendar-card a");
  link?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}

function answered(status: number) {
  const asked = vi.fn(async (_url: string, _given?: RequestInit) => new Response(null, { status }));
  vi.stubGlobal("fetch", asked);
  return asked;
}
