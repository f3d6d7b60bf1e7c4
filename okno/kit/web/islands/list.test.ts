import { beforeEach, expect, test } from "vitest";
import { find, island, press, texts } from "../assets/testing/island";
import List from "./list";

const row = (id: number) =>
  `<tr class="list-row" tabindex="-1" data-id="${id}"><td class="pick"><input class="tick" type="checkbox" name="ids" value="${id}"></td><td>${id}</td></tr>`;
const PAGE = `<section data-controller="list">
  <span data-list-target="position" data-total="~14 820"></span>
  <form><input type="hidden" name="all" data-list-target="all">
  <div data-list-target="bar" hidden><b data-list-target="chosen"></b><button id="every" type="button" data-action="list#everything"></button></div>
  <button type="button" data-list-target="news" data-action="list#refresh" hidden></button>
  <div data-list-target="scroll"><table data-list-target="table"><thead><tr><th><input type="checkbox" data-list-target="tickAll" data-action="list#tickAll"></th></tr></thead>
  <tbody data-list-target="rows"><tr class="group-row"><th><button id="fold" type="button" aria-expanded="true" data-action="list#fold"></button></th></tr>${[1, 2, 3, 4].map(row).join("")}</tbody></table></div></form>
</section>${texts("selected", "of")}`;

beforeEach(async () => {
  await island("list", List, PAGE);
});

const tick = (id: number, shiftKey = false) =>
  find(`[data-id="${id}"] .tick`).dispatchEvent(new MouseEvent("click", { bubbles: true, shiftKey }));
const chosen = () =>
  [...document.querySelectorAll<HTMLInputElement>(".tick:checked")].map((one) => one.value);

test("ticking shows the bar with the count, clearing hides it", () => {
  tick(2);
  expect([find("[data-list-target=bar]").hidden, find("[data-list-target=chosen]").textContent]).toEqual([
    false,
    "selected! 1",
  ]);
  tick(2);
  expect(find("[data-list-target=bar]").hidden).toBe(true);
});

test("Shift ticks everything between", () => {
  tick(1);
  tick(3, true);
  expect(chosen()).toEqual(["1", "2", "3"]);
});

test("all that the filter finds is said to the server, until the selection changes", () => {
  tick(1);
  find("#every").click();
  expect(find<HTMLInputElement>("[name=all]").value).toBe("1");
  tick(2);
  expect(find<HTMLInputElement>("[name=all]").value).toBe("");
});

test("all that the filter finds stays chosen as one scrolls on, and is no more when other rows come", () => {
  tick(1);
  find("#every").click();
  expect(chosen()).toEqual(["1", "2", "3", "4"]);
  const rows = find("[data-list-target=rows]");
  const arrived = () => rows.dispatchEvent(new CustomEvent("htmx:afterSwap", { bubbles: true }));
  const fresh = find('[data-id="4"]').cloneNode(true) as HTMLElement;
  for (const one of fresh.querySelectorAll<HTMLInputElement>(".tick")) one.checked = false;
  rows.append(fresh);
  arrived();
  expect([chosen().length, find<HTMLInputElement>("[name=all]").value]).toEqual([5, "1"]);
  expect(find("[data-list-target=chosen]").textContent).toBe("selected! ~14 820");
  const other = fresh.cloneNode(true) as HTMLElement;
  for (const one of other.querySelectorAll<HTMLInputElement>(".tick")) one.checked = false;
  rows.replaceChildren(other);
  arrived();
  expect([chosen().length, find<HTMLInputElement>("[name=all]").value]).toEqual([0, ""]);
});

test("J walks down, X ticks, also on a Russian layout", () => {
  press(document.body, "о", { code: "KeyJ" });
  press(document.activeElement as Element, "о", { code: "KeyJ" });
  press(document.activeElement as Element, "ч", { code: "KeyX" });
  expect(chosen()).toEqual(["2"]);
});

test("letters typed into a field are letters", () => {
  find("form").insertAdjacentHTML("beforeend", '<input id="typed">');
  expect(press(find("#typed"), "j", { code: "KeyJ" }).defaultPrevented).toBe(false);
});

test("a group folds and opens", () => {
  find("#fold").click();
  expect([...document.querySelectorAll<HTMLElement>(".list-row")].every((one) => one.hidden)).toBe(true);
  find("#fold").click();
  expect(find("[data-id='1']").hidden).toBe(false);
});

test("rows that arrive after a tick do not wipe it out", () => {
  const swap = () => {
    const detail = { shouldSwap: true };
    find("tbody").dispatchEvent(new CustomEvent("htmx:beforeSwap", { detail }));
    return detail.shouldSwap;
  };
  expect(swap()).toBe(true);
  tick(1);
  expect([swap(), find("[data-list-target=news]").hidden]).toEqual([false, false]);
  find("[data-list-target=news]").click();
  expect(swap()).toBe(true);
});

test("news wait behind a button while something is selected", () => {
  const asked: string[] = [];
  find("tbody").addEventListener("refresh", () => asked.push("refresh"));
  tick(1);
  find("tbody").dispatchEvent(new Event("live"));
  expect([asked, find("[data-list-target=news]").hidden]).toEqual([[], false]);
  tick(1);
  find("tbody").dispatchEvent(new Event("live"));
  expect(asked).toEqual(["refresh"]);
});
