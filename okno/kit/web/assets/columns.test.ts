import { expect, test } from "vitest";
import { widthRules } from "./columns";

test("a width becomes a rule for the column with that key", () => {
  expect(widthRules([undefined, "title", "client"], { client: 150 })).toBe(
    "@media (width >= 720px){.list tr > :nth-child(3){width:150px;min-width:150px;max-width:150px}}",
  );
});

test("widths of columns that are not shown do nothing", () => {
  expect(widthRules(["title"], { gone: 90 })).toBe("");
});
