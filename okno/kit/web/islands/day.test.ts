import { expect, test } from "vitest";
import { find, island } from "../assets/testing/island";
import Day, { isoOf, writtenOf } from "./day";

const PAGE = `<span class="day-input has-time" data-controller="day"><input data-day-target="text"
  value="завтра 14:30"><button data-action="day#open"></button></span>`;

test("a chosen day is written as people write it and keeps the time", async () => {
  HTMLInputElement.prototype.showPicker = () => undefined;
  await island("day", Day, PAGE);
  find("button").click();
  const calendar = find<HTMLInputElement>("input[type=date]");
  calendar.value = "2026-12-25";
  calendar.dispatchEvent(new Event("change"));
  expect(find<HTMLInputElement>("[data-day-target]").value).toBe("25.12.2026 14:30");
});

test("days are turned there and back", () => {
  expect(isoOf("5.1.2027 10:00")).toBe("2027-01-05");
  expect(isoOf("завтра")).toBe("");
  expect(writtenOf("2026-12-25")).toBe("25.12.2026");
});
