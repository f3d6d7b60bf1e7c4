import { expect, test } from "vitest";
import { typedName } from "./mention";

test.each([
  ["@", ""],
  ["Спроси @Сок", "Сок"],
  ["@Соколова Ан", "Соколова Ан"],
])("a name is read after the sign: %s", (text, name) => {
  expect(typedName(text)).toBe(name);
});

test.each(["почта a@b", "@Соколова Анна уже", "без знака"])("nothing is read from: %s", (text) => {
  expect(typedName(text)).toBeUndefined();
});
