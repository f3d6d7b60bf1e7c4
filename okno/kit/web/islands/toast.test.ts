import { afterEach, expect, test, vi } from "vitest";
import { island, settled } from "../assets/testing/island";
import Toast from "./toast";

const html = (kind: string) =>
  `<div data-controller="toast" data-kind="${kind}"><button data-action="toast#undo" data-url="/undo/1"></button></div>`;

afterEach(() => vi.useRealTimers());

async function shown(kind: string): Promise<HTMLElement> {
  const element = await island("toast", Toast, html(kind));
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  // The timer has to be one of the fake clock: reading and leaving starts it anew.
  element.dispatchEvent(new Event("mouseenter"));
  element.dispatchEvent(new Event("mouseleave"));
  return element;
}

test("a message goes after eight seconds", async () => {
  const element = await shown("ok");
  vi.advanceTimersByTime(7_900);
  expect(element.isConnected).toBe(true);
  vi.advanceTimersByTime(200);
  expect(element.isConnected).toBe(false);
});

test("a message that is being read stays", async () => {
  const element = await shown("ok");
  element.dispatchEvent(new Event("mouseenter"));
  vi.advanceTimersByTime(60_000);
  expect(element.isConnected).toBe(true);
});

test("an error stays until it is closed", async () => {
  const element = await shown("error");
  vi.advanceTimersByTime(60_000);
  expect(element.isConnected).toBe(true);
});

test("undo posts to its address and says what came of it", async () => {
  const posted: string[] = [];
  const told: string[] = [];
  vi.stubGlobal("fetch", async (url: string) => {
    posted.push(url);
    return new Response(null, { status: 200 });
  });
  document.addEventListener("toast", (event) => told.push((event as CustomEvent).detail.text), {
    once: true,
  });
  const element = await island("toast", Toast, html("ok"));
  element.querySelector("button")?.click();
  await settled();
  expect([posted, told, element.isConnected]).toEqual([["/undo/1"], ["undone"], false]);
});

test("undo tells what the server kept", async () => {
  const told: string[] = [];
  vi.stubGlobal("fetch", async () => Response.json({ told: "Kept: changed since" }, { status: 422 }));
  document.addEventListener("toast", (event) => told.push((event as CustomEvent).detail.text), {
    once: true,
  });
  const element = await island("toast", Toast, html("ok"));
  element.querySelector("button")?.click();
  await settled();
  expect(told).toEqual(["Kept: changed since"]);
});
