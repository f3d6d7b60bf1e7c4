import { beforeEach, expect, test, vi } from "vitest";
import { find, island, press, settled, texts } from "../assets/testing/island";
import Board from "./board";

const card = (id: string) =>
  `<li class="board-card" id="card-${id}" data-id="${id}" data-move-url="/move/${id}" data-version="3"><a href="#">${id}</a></li>`;
const list = (key: string, ...ids: string[]) =>
  `<section class="board-column"><ul class="board-list" data-key="${key}" data-label="${key}">${ids.map(card).join("")}</ul></section>`;
const PAGE = `<div data-controller="board">${list("new", "1", "2")}${list("won", "3")}<p data-board-target="says"></p></div>
  ${texts("moved-to", "move-refused", "returned", "picked-up", "server-failure")}<div id="dialog-body"></div>`;

let posted: [string, string][];
let answer: () => Response;

beforeEach(async () => {
  posted = [];
  answer = () => new Response(null, { status: 204 });
  vi.stubGlobal("fetch", async (url: string, { body }: { body: URLSearchParams }) => {
    posted.push([url, body.toString()]);
    return answer();
  });
  await island("board", Board, PAGE);
});

const at = (id: string) => find(`#card-${id}`).parentElement?.dataset.key;
const order = (key: string) =>
  [...find(`[data-key=${key}]`).children].map((one) => (one as HTMLElement).dataset.id);
const key = (id: string, name: string) => press(find(`#card-${id} a`), name);

test("a card is carried by keys and the server is asked once, with its neighbours and version", async () => {
  for (const name of [" ", "ArrowRight", "ArrowDown", "Enter"]) key("1", name);
  await settled();
  expect(at("1")).toBe("won");
  expect(posted).toEqual([["/move/1", "stage=won&version=3&after=3&before="]]);
  expect(find("[data-board-target=says]").textContent).toBe("moved-to! won");
});

test("a refused card goes back to its place and the reason is told in words", async () => {
  answer = () =>
    Response.json({ code: "deals.missing", message: "Fill in the tax number." }, { status: 422 });
  const told: string[] = [];
  document.addEventListener("toast", (event) => told.push((event as CustomEvent).detail.text), {
    once: true,
  });
  for (const name of [" ", "ArrowRight", "Enter"]) key("1", name);
  await settled();
  expect([order("new"), order("won"), told]).toEqual([["1", "2"], ["3"], ["Fill in the tax number."]]);
});

test("a form of the missing fields opens in the dialog", async () => {
  answer = () =>
    new Response("<form id='missing'></form>", { status: 422, headers: { "Content-Type": "text/html" } });
  for (const name of [" ", "ArrowRight", "Enter"]) key("1", name);
  await settled();
  expect(find("#dialog-body #missing")).toBeTruthy();
  expect(at("1")).toBe("new");
});

test("Escape gives the card back and nobody is asked", async () => {
  for (const name of [" ", "ArrowRight", "Escape"]) key("2", name);
  await settled();
  expect([order("new"), posted]).toEqual([["1", "2"], []]);
});

test("arrows without a lifted card walk over the board", () => {
  key("1", "ArrowDown");
  expect(document.activeElement?.textContent).toBe("2");
  key("2", "ArrowRight");
  expect(document.activeElement?.textContent).toBe("3");
});

test("a server that broke is not quoted in the message", async () => {
  answer = () =>
    new Response("<h1>Traceback</h1>", { status: 500, headers: { "Content-Type": "text/html" } });
  const told: string[] = [];
  document.addEventListener("toast", (event) => told.push((event as CustomEvent).detail.text), {
    once: true,
  });
  for (const name of [" ", "ArrowRight", "Enter"]) key("1", name);
  await settled();
  expect(told).toEqual(["server-failure!"]);
});
