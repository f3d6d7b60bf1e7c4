import { expect, test } from "vitest";
import { iconsNamedIn, symbol } from "./sprite";

test("icons are found in templates, manifests and islands", () => {
  const text = `{% include "kit/icon.html" with name="phone" only %} Section(icon="users") {"icon": "mail"} #icon-bell`;
  expect(iconsNamedIn(text).sort()).toEqual(["bell", "mail", "phone", "users"]);
});

test("icons of actions are found behind their labels", () => {
  const text = `pages.Action(gettext_lazy("Send"), "send", "/x/"), Action(\n  pgettext_lazy("a", "Print (PDF)"), "printer")`;
  expect(iconsNamedIn(text)).toEqual(["send", "printer"]);
});

test("a symbol takes its colour from the page", () => {
  const svg = '<svg xmlns="x" stroke="currentColor">\n  <path d="M4 4" />\n</svg>';
  expect(symbol("phone", svg)).toContain(
    '<symbol id="icon-phone" viewBox="0 0 24 24" fill="none" stroke="currentColor"',
  );
  expect(symbol("phone", svg)).toContain('<path d="M4 4" /></symbol>');
});

test("filled icons are filled", () => {
  expect(symbol("star-filled", "<svg><path /></svg>")).toContain('fill="currentColor"');
});
