import { expect, test } from "vitest";
import { drawTag, folded } from "./choices";

const safe = (text: string): string => text.replaceAll("<", "&lt;");

test("names of tags are one however they are written", () => {
  expect(folded("  ВАЖНЫЙ   Ёж ")).toBe(folded("важный еж"));
  expect(folded("важный")).not.toBe(folded("неважный"));
});

test("a tag is drawn in its colour, its name escaped", () => {
  expect(drawTag({ value: "t1", text: "<b>", colour: "7" }, safe)).toContain(
    'badge-o stage-7">&lt;b></span>',
  );
});

test("what is no colour draws none", () => {
  expect(drawTag({ value: "t1", text: "А", colour: '"><script>' }, safe)).not.toContain("script");
});
