import { beforeEach, expect, test } from "vitest";
import { placeOf, standsAt, startHeldFocus } from "./held-focus";
import { find } from "./testing/island";

startHeldFocus();

const TABS = '<nav class="tabs"><a href="/mine">Mine 3</a><button hx-get="/views/new">View</button></nav>';

beforeEach(() => {
  document.body.innerHTML = `<main>${TABS}</main>`;
});

/** What htmx tells while it puts something in the place of the target. */
function drawn(target: Element, html: string): void {
  const detail = { target };
  target.dispatchEvent(new CustomEvent("htmx:beforeSwap", { bubbles: true, detail }));
  target.outerHTML = html;
  find("main").firstElementChild?.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
}

test("the button that held the focus holds it when its tabs are drawn anew", () => {
  find("button").focus();
  drawn(find("nav"), TABS.replace("Mine 3", "Mine 4"));
  expect(document.activeElement).toBe(find("button"));
});

test("a link whose count has changed is the same link", () => {
  find("a").focus();
  drawn(find("nav"), TABS.replace("Mine 3", "Mine 4"));
  expect(document.activeElement?.textContent).toBe("Mine 4");
});

test("nothing takes the focus when what held it is no more", () => {
  find("button").focus();
  drawn(find("nav"), '<nav><a href="/mine">Mine</a></nav>');
  expect(document.activeElement).toBe(document.body);
});

test("what came in and took the focus keeps it", () => {
  find("button").focus();
  const target = find("nav");
  target.dispatchEvent(new CustomEvent("htmx:beforeSwap", { bubbles: true, detail: { target } }));
  target.outerHTML = `<form><input></form>${TABS}`;
  find("input").focus();
  find("form").dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
  expect(document.activeElement).toBe(find("input"));
});

test("a swap elsewhere leaves the focus alone", () => {
  document.body.insertAdjacentHTML("beforeend", "<aside><p>Old</p></aside>");
  find("a").focus();
  const target = find("aside p");
  target.dispatchEvent(new CustomEvent("htmx:beforeSwap", { bubbles: true, detail: { target } }));
  target.outerHTML = "<p>New</p>";
  find("aside p").dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
  expect(document.activeElement).toBe(find("a"));
});

test("of two alike the one that stood there is found", () => {
  document.body.innerHTML = "<main><button>Add</button><button>Add</button></main>";
  const second = find("button:last-child");
  const place = placeOf(second, document);
  find("main").innerHTML = "<button>Add</button><button>Add</button>";
  expect(standsAt(place)).toBe(find("button:last-child"));
});

test("what had its focus when it came does not ask for it again", () => {
  document.body.innerHTML = "<main><form><input autofocus></form></main>";
  const [target, input] = [find("form"), find("input")];
  target.dispatchEvent(new CustomEvent("htmx:beforeSwap", { bubbles: true, detail: { target } }));
  expect(input.hasAttribute("autofocus")).toBe(false);
});
