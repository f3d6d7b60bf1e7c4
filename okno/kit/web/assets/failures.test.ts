import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { startFailures } from "./failures";
import { find, texts } from "./testing/island";

const TEMPLATES = `<template id="failure-template"><p class="failed-part"><span data-said></span><button></button></p></template>
  <template id="gone-template"><div class="errors"><button></button></div></template>${texts("part-failed", "part-unheard")}`;
const PAGE = `<article class="card-page"><div id="panel" hx-get="/panel" hx-trigger="intersect once, live"><i class="waiting-line"></i></div>
  <form hx-post="/note"><textarea></textarea></form></article>${TEMPLATES}`;

let said: string[] = [];

beforeAll(() => {
  startFailures();
  document.addEventListener("toast:failure", (event) => said.push((event as CustomEvent).detail.kind));
});

beforeEach(() => {
  said = [];
  window.dispatchEvent(new Event("pageshow"));
  document.body.innerHTML = PAGE;
});

interface Answer {
  status: number;
  by?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** What htmx tells of a request of the element; whether it goes on with the answer. */
function tell(name: string, selector: string, { status, by, headers = {}, body = "" }: Answer): boolean {
  const elt = find(selector);
  const xhr = { status, responseText: body, getResponseHeader: (one: string) => headers[one] ?? null };
  const verb = elt.hasAttribute("hx-post") ? "post" : "get";
  const requestConfig = { elt, verb, triggeringEvent: by ? new Event(by) : undefined };
  const detail = { xhr, target: elt, requestConfig };
  return elt.dispatchEvent(new CustomEvent(name, { bubbles: true, cancelable: true, detail }));
}

test("a panel that does not come says so in its place and is asked again", () => {
  const goesOn = tell("htmx:beforeOnLoad", "#panel", { status: 500, by: "intersect" });

  expect(goesOn).toBe(false);
  expect(find("#panel").textContent).toBe("part-failed!");
  expect(document.querySelector(".waiting-line")).toBeNull();
  expect(said).toEqual([]);
});

test("what stood in a panel stays when it cannot be renewed, and the word goes with the next answer", () => {
  find("#panel").innerHTML = "<b>3 invoices</b>";
  tell("htmx:sendError", "#panel", { status: 0, by: "live" });
  tell("htmx:sendError", "#panel", { status: 0, by: "live" });
  expect(find("#panel").textContent).toBe("part-unheard!3 invoices");

  tell("htmx:afterRequest", "#panel", { status: 200 });
  expect(find("#panel").textContent).toBe("3 invoices");
});

test("a refusal is told in its own words", () => {
  tell("htmx:beforeOnLoad", "#panel", { status: 403, by: "intersect", body: '{"message": "No right."}' });
  expect(find("#panel").textContent).toBe("No right.");
});

test("a card whose row is gone says it once and asks no more", () => {
  tell("htmx:beforeOnLoad", "#panel", { status: 404, by: "live" });
  tell("htmx:beforeOnLoad", "#panel", { status: 404, by: "live" });

  expect(document.querySelectorAll(".card-page > .errors")).toHaveLength(1);
  expect(tell("htmx:beforeRequest", "#panel", { status: 0, by: "live" })).toBe(false);
  expect(tell("htmx:beforeRequest", "form", { status: 0, by: "submit" })).toBe(true);
});

test("what a page that is being left asks for is nobody's concern", () => {
  tell("htmx:beforeOnLoad", "form", { status: 204, by: "submit", headers: { "HX-Redirect": "/deals/" } });
  tell("htmx:beforeOnLoad", "#panel", { status: 404, by: "live" });
  expect(document.querySelector(".errors")).toBeNull();
});

test("what a person sent and nobody took is told in the corner", () => {
  tell("htmx:sendError", "form", { status: 0, by: "submit" });
  tell("htmx:responseError", "form", { status: 500, by: "submit" });
  tell("htmx:responseError", "form", { status: 409, by: "submit", headers: { "HX-Trigger": "{}" } });
  expect(said).toEqual(["network", "server"]);
});

test("a session that has ended takes nobody away from what they have typed", () => {
  const ended = { status: 401, by: "submit", headers: { "HX-Redirect": "/sign-in/" } };
  expect(tell("htmx:beforeOnLoad", "form", ended)).toBe(true);
  find<HTMLTextAreaElement>("textarea").value = "half a letter";
  expect(tell("htmx:beforeOnLoad", "form", ended)).toBe(false);
  expect(said).toEqual(["signed-out"]);
});

test("a refused form is no success for whoever asks", () => {
  const heard = vi.fn();
  find("form").addEventListener("htmx:afterRequest", (event) =>
    heard((event as CustomEvent).detail.successful),
  );
  tell("htmx:afterRequest", "form", { status: 422, by: "submit" });
  tell("htmx:afterRequest", "form", { status: 204, by: "submit" });
  expect(heard.mock.calls).toEqual([[false], [true]]);
});
