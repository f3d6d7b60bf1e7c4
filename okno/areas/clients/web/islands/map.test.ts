import { describe, expect, it } from "vitest";
import { classOf, countOf, type Point, radiusOf, tipOf } from "./map";

const POINT: Point = {
  lat: 56.8,
  lng: 35.9,
  count: 1,
  name: "Ромашка",
  note: "Тверь",
  url: "/clients/1/",
  exact: true,
};

describe("points of the map", () => {
  it("grow with how many clients they stand for, within bounds", () => {
    expect(radiusOf(1)).toBe(7);
    expect(radiusOf(100)).toBeGreaterThan(radiusOf(10));
    expect(radiusOf(1_000_000)).toBe(32);
  });

  it("tell by their look how exact they are", () => {
    expect(classOf(POINT)).toBe("map-point");
    expect(classOf({ ...POINT, exact: false })).toContain("map-near");
    expect(classOf({ ...POINT, count: 5 })).toContain("map-many");
  });

  it("name the town only where no map is under them", () => {
    const many = { ...POINT, count: 12 };
    expect(countOf(many, true).textContent).toBe("12Тверь");
    expect(countOf(many, false).textContent).toBe("12");
  });

  it("show names as text, never as markup", () => {
    const tip = tipOf({ ...POINT, name: "<img src=x onerror=alert(1)>" });
    expect(tip.querySelector("img")).toBeNull();
    expect(tip.textContent).toContain("<img");
  });
});
