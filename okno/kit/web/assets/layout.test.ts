import { expect, test } from "vitest";
import { onOtherLayout } from "./layout";

test("a Russian word typed on the English layout is read", () => {
  expect(onOtherLayout("ghbdtn")).toBe("привет");
  expect(onOtherLayout("Hjvfirf")).toBe("ромашка");
});

test("an English word typed on the Russian layout is read", () => {
  expect(onOtherLayout("вуфд")).toBe("deal");
});

test("letters on punctuation keys are read both ways", () => {
  expect(onOtherLayout(",exf`")).toBe("бучаё");
  expect(onOtherLayout("ёжик")).toBe("`;br");
});

test("numbers and mixed texts have no other reading", () => {
  expect(onOtherLayout("+7 495 123-45-67")).toBe("");
  expect(onOtherLayout("1С УТ bitrix")).toBe("");
});
