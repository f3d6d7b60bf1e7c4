import { expect, test, vi } from "vitest";
import { find, island, press } from "../assets/testing/island";
import Palette from "./palette";

const PAGE = `<dialog data-controller="palette" data-palette-url-value="/find" data-action="keydown->palette#key">
  <input data-palette-target="input" data-action="input->palette#ask"><div data-palette-target="list"></div></dialog>`;
const FOUND = '<a class="palette-item" id="a" href="#a">A</a><a class="palette-item" id="b" href="#b">B</a>';

async function asked(query: string): Promise<string[]> {
  const urls: string[] = [];
  vi.stubGlobal("fetch", async (url: string) => {
    urls.push(decodeURIComponent(url));
    return new Response(FOUND);
  });
  await island("palette", Palette, PAGE);
  document.dispatchEvent(new CustomEvent("palette:open"));
  await vi.waitFor(() => expect(document.querySelector("#b")).not.toBeNull());
  find<HTMLInputElement>("input").value = query;
  find("input").dispatchEvent(new Event("input", { bubbles: true }));
  await vi.waitFor(() => expect(urls.length).toBe(2));
  return urls;
}

test("the query is also asked as if typed on the other layout", async () => {
  expect((await asked("hjvfirf"))[1]).toBe("/find?q=hjvfirf&also=ромашка");
});

test("arrows choose, round the end too, and the chosen one is told to screen readers", async () => {
  await asked("x");
  await vi.waitFor(() => expect(find("#a").getAttribute("aria-selected")).toBe("true"));
  press(find("input"), "ArrowUp");
  expect(find("#b").getAttribute("aria-selected")).toBe("true");
  expect(find("input").getAttribute("aria-activedescendant")).toBe("b");
});

test("Enter opens the chosen one and closes the palette", async () => {
  await asked("x");
  const clicked: string[] = [];
  find("#a").addEventListener("click", () => clicked.push("a"));
  press(find("input"), "Enter");
  expect([clicked, find<HTMLDialogElement>("dialog").open]).toEqual([["a"], false]);
});

test("Enter pressed before the answer opens what comes with it, not what was shown for older words", async () => {
  await asked("x");
  const clicked: string[] = [];
  let answer: (found: Response) => void = () => {};
  vi.stubGlobal("fetch", () => new Promise<Response>((done) => (answer = done)));
  find("#a").addEventListener("click", () => clicked.push("a"));
  find("input").dispatchEvent(new Event("input", { bubbles: true }));
  press(find("input"), "Enter");
  expect([clicked, find<HTMLDialogElement>("dialog").open]).toEqual([[], true]);
  await new Promise((resolve) => setTimeout(resolve, 150));
  document.addEventListener("click", (event) => clicked.push((event.target as HTMLElement).id), {
    once: true,
  });
  answer(new Response('<a class="palette-item" id="c" href="#c">C</a>'));
  await vi.waitFor(() => expect(find<HTMLDialogElement>("dialog").open).toBe(false));
  expect(clicked).toEqual(["c"]);
});

test("a search that fails is told, and a session that ended as such", async () => {
  const told: string[] = [];
  document.addEventListener("toast:failure", (event) => told.push((event as CustomEvent).detail.kind));
  for (const status of [500, 401]) {
    vi.stubGlobal("fetch", async () => new Response("", { status }));
    await island("palette", Palette, PAGE);
    document.dispatchEvent(new CustomEvent("palette:open"));
    await vi.waitFor(() => expect(told.length).toBe(status === 500 ? 1 : 2));
  }
  expect(told).toEqual(["search", "signed-out"]);
});
