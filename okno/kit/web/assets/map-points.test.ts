import { describe, expect, it } from "vitest";
import {
  apart,
  classOf,
  countOf,
  isSpread,
  nameOf,
  nearest,
  type Point,
  type Row,
  radiusOf,
  rowsOf,
  tipOf,
} from "./map-points";

const ROW: Row = { name: "Ромашка", hint: "", url: "/clients/1/", colour: "" };
const POINT: Point = {
  lat: 56.8,
  lng: 35.9,
  count: 1,
  box: [35.9, 56.8, 35.9, 56.8],
  note: "Тверь",
  town: "Тверь",
  exact: true,
  rows: [ROW],
  more: "",
};

describe("points of the map", () => {
  it("grow with how many rows they stand for, within bounds", () => {
    expect(radiusOf(1)).toBe(7);
    expect(radiusOf(100)).toBeGreaterThan(radiusOf(10));
    expect(radiusOf(1_000_000)).toBe(32);
  });

  it("are found again by where they stand when they are drawn anew", () => {
    const [here, there] = [document.createElement("i"), document.createElement("b")];
    const drawn = new Map<Element, Point>([
      [there, { ...POINT, lat: 43.1, lng: 131.9 }],
      [here, { ...POINT, lat: 56.9 }],
    ]);
    expect(nearest(POINT, drawn)).toBe(here);
    expect(nearest(POINT, new Map())).toBeUndefined();
  });

  it("tell by their look how exact they are", () => {
    expect(classOf(POINT)).toBe("map-point");
    expect(classOf({ ...POINT, exact: false })).toContain("map-near");
    expect(classOf({ ...POINT, count: 5 })).toContain("map-many");
  });

  it("keep the colour that all of their rows have", () => {
    const red = { ...ROW, colour: "red" };
    expect(classOf({ ...POINT, rows: [red] })).toContain("map-red");
    expect(classOf({ ...POINT, count: 2, rows: [red, red] })).toContain("map-red");
    expect(classOf({ ...POINT, count: 2, rows: [red, ROW] })).not.toContain("map-red");
    expect(classOf({ ...POINT, count: 9, rows: [red] })).not.toContain("map-red");
  });

  it("name the town only where no map is under them", () => {
    const many = { ...POINT, count: 12, rows: [] };
    expect(countOf(many, true).textContent).toBe("12Тверь");
    expect(countOf(many, false).textContent).toBe("12");
  });

  it("come together where their circles would lie over each other", () => {
    const at = ({ lng }: Point) => ({ x: lng * 10, y: 0 });
    const crowd: Point = { ...POINT, lng: 10, count: 30, rows: [], town: "Москва", box: [9, 50, 11, 51] };
    const beside = { ...POINT, lng: 12, box: [12, 50, 12, 50] as Point["box"] };
    const far = { ...POINT, lng: 30 };

    const found = apart([far, beside, crowd], at, "и рядом");

    expect(found.map((one) => [one.count, one.lng, one.note])).toEqual([
      [31, 10, "Москва и рядом"],
      [1, 30, "Тверь"],
    ]);
    expect(found[0]?.boxes).toEqual([crowd.box, beside.box]);
    expect(found.map(isSpread)).toEqual([true, false]);
  });

  it("take in whom they have grown up to", () => {
    const at = ({ lng }: Point) => ({ x: lng, y: 0 });
    const [first, second, third] = [0, 15, 22].map((lng): Point => ({ ...POINT, lng }));
    if (!first || !second || !third) throw new Error("three points");

    expect(apart([first, third], at)).toHaveLength(2);
    expect(apart([first, second, third], at).map((one) => [one.count, one.rows.length])).toEqual([[3, 3]]);
  });

  it("show names as text, never as markup", () => {
    const tip = tipOf({ ...POINT, rows: [{ ...ROW, name: "<img src=x onerror=alert(1)>" }] });
    expect(tip.querySelector("img")).toBeNull();
    expect(tip.textContent).toContain("<img");
  });

  it("list all who stand at one spot", () => {
    const deals = [
      { ...ROW, name: "Стеллажи", hint: "Ромашка", url: "/deals/1/" },
      { ...ROW, name: "Полки", url: "/deals/2/" },
    ];
    const told = rowsOf({ ...POINT, count: 22, rows: deals, more: "ещё 20" });
    expect([...told.querySelectorAll("a")].map((one) => one.getAttribute("href"))).toEqual([
      "/deals/1/",
      "/deals/2/",
    ]);
    expect(told.textContent).toContain("Ромашка");
    expect(told.textContent).toContain("ещё 20");
    expect(nameOf({ ...POINT, count: 22, rows: deals })).toBe("22, Тверь");
  });
});
