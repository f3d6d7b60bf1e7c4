import { expect, test } from "vitest";
import { find, island } from "../assets/testing/island";
import SubmitOnce from "./submit-once";

function submit(): boolean {
  return find("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
}

test("the second submit does nothing while the first is under way", async () => {
  await island(
    "submit-once",
    SubmitOnce,
    '<div data-controller="submit-once"><form method="post"></form></div>',
  );
  expect([submit(), submit()]).toEqual([true, false]);
});

test("a form of htmx may go again after the answer", async () => {
  await island(
    "submit-once",
    SubmitOnce,
    '<div data-controller="submit-once"><form hx-post="/x"></form></div>',
  );
  const tell = (name: string) => find("form").dispatchEvent(new CustomEvent(name, { bubbles: true }));
  tell("htmx:beforeRequest");
  expect(submit()).toBe(false);
  tell("htmx:afterRequest");
  expect(submit()).toBe(true);
});

test("a field that asks for hints does not hold its form back", async () => {
  await island(
    "submit-once",
    SubmitOnce,
    '<div data-controller="submit-once"><form method="post"><input hx-get="/similar"></form></div>',
  );
  find("input").dispatchEvent(new CustomEvent("htmx:beforeRequest", { bubbles: true }));
  expect(submit()).toBe(true);
});

test("a form goes with the token of the last sign-in, not with that of its page", async () => {
  // biome-ignore lint/suspicious/noDocumentCookie: the token lives in a cookie
  document.cookie = "csrftoken=fresh";
  await island(
    "submit-once",
    SubmitOnce,
    '<div data-controller="submit-once"><form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="stale"></form></div>',
  );
  submit();
  expect(find<HTMLInputElement>("input").value).toBe("fresh");
});
