import { beforeEach, expect, test, vi } from "vitest";
import { find, island } from "../assets/testing/island";
import Drafts, { restore } from "./draft";

const FORM = `<div data-controller="draft"><form data-draft="deal:1" hx-post="/x"><textarea name="text"></textarea><input name="secret" type="password"></form></div>`;

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});

function type(selector: string, value: string): void {
  const field = find<HTMLTextAreaElement>(selector);
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function kept(): Record<string, string> | undefined {
  return JSON.parse(localStorage.getItem("okno:draft:deal:1") ?? "{}").values;
}

test("what was typed is kept, but never a password", async () => {
  await island("draft", Drafts, FORM);
  type("textarea", "half a letter");
  type("input", "hunter2");
  await vi.waitFor(() => expect(kept()).toEqual({ text: "half a letter" }));
});

test("a draft comes back into an empty form, not over a filled one", async () => {
  localStorage.setItem(
    "okno:draft:deal:1",
    JSON.stringify({ at: Date.now(), values: { text: "half a letter" } }),
  );
  await island("draft", Drafts, FORM);
  expect(find<HTMLTextAreaElement>("textarea").value).toBe("half a letter");
  find<HTMLTextAreaElement>("textarea").value = "something newer";
  expect(restore(find<HTMLFormElement>("form"))).toBe(false);
  expect(find<HTMLTextAreaElement>("textarea").value).toBe("something newer");
});

test("a form that has come filled in with the draft says nothing of it", async () => {
  localStorage.setItem(
    "okno:draft:deal:1",
    JSON.stringify({ at: Date.now(), values: { text: "half a letter" } }),
  );
  await island("draft", Drafts, FORM.replace("></textarea>", ">half a letter</textarea>"));
  expect(restore(find<HTMLFormElement>("form"))).toBe(false);
});

test("a draft that was sent is forgotten, one that was refused stays", async () => {
  localStorage.setItem("okno:draft:deal:1", JSON.stringify({ at: Date.now(), values: { text: "letter" } }));
  await island("draft", Drafts, FORM);
  const answered = (successful: boolean) =>
    find("form").dispatchEvent(
      new CustomEvent("htmx:afterRequest", {
        bubbles: true,
        detail: { successful, requestConfig: { verb: "post" } },
      }),
    );
  answered(false);
  expect(kept()).toEqual({ text: "letter" });
  answered(true);
  expect(kept()).toBeUndefined();
});

test("a form that its answer has taken off the page is forgotten all the same", async () => {
  localStorage.setItem("okno:draft:deal:1", JSON.stringify({ at: Date.now(), values: { text: "letter" } }));
  const page = await island("draft", Drafts, FORM);
  const form = find("form");
  form.remove();
  const detail = { successful: true, requestConfig: { verb: "post", elt: form } };
  page.dispatchEvent(new CustomEvent("htmx:afterRequest", { bubbles: true, detail }));
  expect(kept()).toBeUndefined();
});

const WHOLE = FORM.replace('hx-post="/x"', 'method="post"');

/** Send a form that leaves the page, then come to another page from this one, or from nowhere. */
async function sentThenAt(page: string, { isAnswer = true } = {}): Promise<void> {
  await island("draft", Drafts, WHOLE);
  type("textarea", "half a letter");
  find("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  vi.spyOn(document, "referrer", "get").mockReturnValue(isAnswer ? location.href : "");
  await island("draft", Drafts, page);
}

test("the page that takes a form forgets its draft", async () => {
  await sentThenAt('<div data-controller="draft"><h1>Deal 5</h1></div>');
  expect(kept()).toBeUndefined();
});

test("a page that refuses a form, breaks down or asks to sign in keeps its draft", async () => {
  await sentThenAt('<div data-controller="draft"><section data-refused></section></div>');
  expect(kept()).toEqual({ text: "half a letter" });
});

test("an answer that never came loses nothing", async () => {
  await sentThenAt(WHOLE, { isAnswer: false });
  expect(find<HTMLTextAreaElement>("textarea").value).toBe("half a letter");
});

test("a refused form that came filled in is kept whole when it is sent again", async () => {
  const filled = WHOLE.replace("></textarea>", ">half a letter</textarea><i data-refused></i>");
  await island("draft", Drafts, filled);
  find("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  expect(kept()).toEqual({ text: "half a letter" });
});

test("drafts older than two weeks are dropped", async () => {
  const old = Date.now() - 15 * 86_400_000;
  localStorage.setItem("okno:draft:deal:1", JSON.stringify({ at: old, values: { text: "letter" } }));
  await island("draft", Drafts, FORM);
  expect(find<HTMLTextAreaElement>("textarea").value).toBe("");
});

test("what was typed just before it was sent does not come back", async () => {
  await island("draft", Drafts, FORM);
  vi.useFakeTimers();
  type("textarea", "sent at once");
  find("form").dispatchEvent(
    new CustomEvent("htmx:afterRequest", {
      bubbles: true,
      detail: { successful: true, requestConfig: { verb: "post" } },
    }),
  );
  vi.advanceTimersByTime(1000);
  expect(kept()).toBeUndefined();
  type("textarea", "one more");
  vi.advanceTimersByTime(1000);
  vi.useRealTimers();
  expect(kept()).toEqual({ text: "one more" });
});

test("a field that asks for something meanwhile leaves the draft", async () => {
  await island("draft", Drafts, FORM.replace("<textarea", '<i data-hints id="type"></i><textarea'));
  type("textarea", "half a letter");
  await vi.waitFor(() => expect(kept()).toEqual({ text: "half a letter" }));
  const detail = { successful: true, requestConfig: { verb: "post", elt: find("#type") } };
  find("#type").dispatchEvent(new CustomEvent("htmx:afterRequest", { bubbles: true, detail }));
  expect(kept()).toEqual({ text: "half a letter" });
});
