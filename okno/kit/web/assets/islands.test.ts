import type { Application, ControllerConstructor } from "@hotwired/stimulus";
import { beforeEach, expect, test } from "vitest";
import { islandName, LazyIslands } from "./islands";
import { settled } from "./testing/island";

let registered: string[];
let loads: number;

function lazy(): LazyIslands {
  const application = { register: (name: string) => registered.push(name) } as unknown as Application;
  const load = async () => {
    loads += 1;
    return { default: class {} as unknown as ControllerConstructor };
  };
  return new LazyIslands(application, new Map([["lead-form", load]]));
}

beforeEach(() => {
  [registered, loads] = [[], 0];
  document.body.innerHTML = "";
});

test("an island is named by its file", () => {
  expect(islandName("/okno/areas/leads/web/islands/lead-form.ts")).toBe("lead-form");
});

test("an island of an area is loaded when its element appears, and once", async () => {
  lazy().watch(document.body);
  await settled();
  expect(loads).toBe(0);
  document.body.innerHTML = '<p data-controller="lead-form other"></p><p data-controller="lead-form"></p>';
  await settled();
  expect([loads, registered]).toEqual([1, ["lead-form"]]);
});
