import { beforeEach, expect, test } from "vitest";
import { find, island, press, texts } from "../assets/testing/island";
import Rail from "./rail";

beforeEach(async () => {
  document.documentElement.dataset.rail = "";
  await island(
    "rail",
    Rail,
    `<div data-controller="rail"><nav class="rail" data-rail-target="rail" data-action="keydown->rail#walk focusin->rail#hold"><a href="/">Desktop</a>
     <ul class="rail-list"><li class="rail-section" data-rail-target="section"><a class="rail-link" href="/deals/" aria-current="true">Deals</a>
     <ul class="rail-items"><li class="rail-title">Deals</li><li><a href="/deals/all/">All</a></li></ul></li></ul>
     <div class="rail-foot"><button class="rail-toggle" data-action="rail#toggle"></button></div></nav><button id="more" data-action="rail#sheet"></button>
     <dialog id="section-sheet"><ul data-rail-target="sheet"></ul></dialog></div>${texts("show-names", "hide-names")}`,
  );
});

test("the rail opens, says so and is remembered for the next page", () => {
  find(".rail-toggle").click();
  expect(document.documentElement.dataset.rail).toBe("open");
  expect(find(".rail-toggle").getAttribute("aria-label")).toBe("hide-names!");
  expect(document.cookie).toContain("okno_rail=open");
});

test("the sheet of phones has every link of the rail, once", () => {
  find("#more").click();
  find<HTMLDialogElement>("dialog").close();
  find("#more").click();
  const links = [...document.querySelectorAll("#section-sheet a")].map((link) => link.getAttribute("href"));
  expect([links, document.querySelector("#section-sheet .rail-title")]).toEqual([
    ["/deals/", "/deals/all/"],
    null,
  ]);
});

const inTab = () =>
  [...document.querySelectorAll<HTMLElement>(".rail :is(a, button)")].filter((one) => one.tabIndex === 0);
const here = () => document.activeElement?.textContent;

test("the rail is one stop of Tab: the section of the page, then where one stood last", () => {
  expect(inTab().map((one) => one.textContent)).toEqual(["Deals"]);
  find(".rail > a").focus();
  expect(inTab().map((one) => one.textContent)).toEqual(["Desktop"]);
  find<HTMLElement>(".rail-items a").focus();
  expect(inTab().map((one) => one.textContent)).toEqual(["Desktop"]);
});

test("arrows go over sections, into their places and back", () => {
  find(".rail > a").focus();
  const seen = ["ArrowDown", "ArrowRight", "ArrowLeft", "ArrowRight", "Escape", "End", "Home"].map((key) => {
    press(document.activeElement as Element, key);
    return here();
  });
  expect(seen).toEqual(["Deals", "All", "Deals", "All", "Deals", "", "Desktop"]);
});

test("links of the sheet of phones are all in the order of Tab", () => {
  find("#more").click();
  expect(document.querySelectorAll("#section-sheet [tabindex]")).toHaveLength(0);
});
