import { expect, test } from "vitest";
import { pinRules, pinsThatFit } from "./pins";

const WIDTHS = [38, 200, 150, 120];

test("each column that stays stands behind those before it, its head over the rows", () => {
  const rules = pinRules(WIDTHS, 3);
  expect(rules).toContain("nth-child(3):where(:not([colspan])){position:sticky;inset-inline-start:238px");
  expect(rules).toContain("nth-child(4):where(:not([colspan])){position:sticky;inset-inline-start:388px");
  expect(rules).toContain(":is(thead,tfoot) > tr > :nth-child(4){z-index:4}");
});

test("the edge is that of the last one, and neither phones nor paper have any", () => {
  const rules = pinRules(WIDTHS, 1);
  expect(rules.startsWith("@media screen and (width >= 720px)")).toBe(true);
  expect(rules).not.toContain("sticky");
  expect(rules).toContain("nth-child(2):where(:not([colspan])){box-shadow");
});

test("as many stay as leave room to scroll beside them", () => {
  expect(pinsThatFit(WIDTHS, 3, 1400)).toBe(3);
  expect(pinsThatFit(WIDTHS, 3, 750)).toBe(2);
  expect(pinsThatFit(WIDTHS, 3, 600)).toBe(1);
  expect(pinsThatFit(WIDTHS, 1, 1400)).toBe(1);
});
