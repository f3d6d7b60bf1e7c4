import { beforeEach, expect, test } from "vitest";
import { find, island, texts } from "../assets/testing/island";
import Rail from "./rail";

beforeEach(async () => {
  document.documentElement.dataset.rail = "";
  await island(
    "rail",
    Rail,
    `<div data-controller="rail"><ul><li class="rail-section" data-rail-target="section"><a class="rail-link" href="/deals/">Deals</a>
     <ul class="rail-items"><li class="rail-title">Deals</li><li><a href="/deals/all/">All</a></li></ul></li></ul>
     <button class="rail-toggle" data-action="rail#toggle"></button><button id="more" data-action="rail#sheet"></button>
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
