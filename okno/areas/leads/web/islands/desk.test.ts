import { expect, test, vi } from "vitest";
import { htmx } from "../../../../kit/web/assets/htmx";
import { find, island, settled } from "../../../../kit/web/assets/testing/island";
import Desk from "./desk";

const ROW = (id: number) =>
  `<tr class="list-row" id="row-${id}" tabindex="-1" data-preview-url="/leads/${id}/?part=preview"><td class="pick"></td><td id="cell-${id}">x</td></tr>`;
const PAGE = `<div data-controller="desk"><table><tbody id="list-rows">${ROW(1)}${ROW(2)}</tbody></table><aside data-desk-target="side"></aside></div>`;

async function desk(): Promise<string[]> {
  const asked: string[] = [];
  vi.spyOn(htmx, "ajax").mockImplementation((_verb: unknown, url: unknown) => {
    asked.push(String(url));
    return Promise.resolve();
  });
  await island("desk", Desk, PAGE);
  return asked;
}

const wait = () => new Promise((resolve) => setTimeout(resolve, 150));

test("the first row stands beside the list at once", async () => {
  const asked = await desk();
  await wait();
  expect(asked).toEqual(["/leads/1/?part=preview"]);
});

test("keys that run over rows ask for the last one only", async () => {
  const asked = await desk();
  find("#row-1").focus();
  find("#row-2").focus();
  await wait();
  expect(asked).toEqual(["/leads/2/?part=preview"]);
});

test("a click shows the row and opens no card", async () => {
  const asked = await desk();
  const opened = vi.fn();
  find("#list-rows").addEventListener("click", opened);
  find("#cell-2").click();
  await wait();
  expect(asked).toEqual(["/leads/2/?part=preview"]);
  expect(opened).not.toHaveBeenCalled();
});

test("a workplace that is left listens no more", async () => {
  const asked = await desk();
  await wait();
  find("[data-controller]").removeAttribute("data-controller");
  await settled();

  find("#row-2").focus();
  await wait();

  expect(asked).toEqual(["/leads/1/?part=preview"]);
});
