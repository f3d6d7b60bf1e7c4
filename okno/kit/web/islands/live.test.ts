import { expect, test, vi } from "vitest";
import { find, island, settled } from "../assets/testing/island";
import Live, { concerns } from "./live";

function element(topic: string): HTMLElement {
  const made = document.createElement("div");
  made.dataset.liveTopic = topic;
  return made;
}

test("a record's list hears of every row, a card only of its own", () => {
  const changed = { topic: "deals.deal", id: 17, kind: "changed" };
  expect(concerns(element("deals.deal"), changed)).toBe(true);
  expect(concerns(element("leads.lead deals.deal:17"), changed)).toBe(true);
  expect(concerns(element("deals.deal:18"), changed)).toBe(false);
  expect(concerns(element("deals.dealings"), changed)).toBe(false);
});

test("news that name no row concern every card of the record", () => {
  expect(concerns(element("deals.deal:18"), { topic: "deals.deal", id: null, kind: "changed" })).toBe(true);
});

test("a page says how old it is when it begins to listen", async () => {
  const opened: string[] = [];
  class FakeStream extends EventTarget {
    constructor(url: string) {
      super();
      opened.push(url);
    }
    close(): void {}
  }
  vi.stubGlobal("EventSource", FakeStream);
  await island(
    "live",
    Live,
    `<div data-controller="live" data-live-url-value="/live" data-live-since-value="1700000000123">
       <div data-live-topic="deals.deal"></div>
     </div>`,
  );
  await vi.waitFor(() => expect(opened).toEqual(["/live?topics=deals.deal&since=1700000000123"]));
  vi.unstubAllGlobals();
});

test("many news are one question, and what is being typed into is left alone", async () => {
  const page = await island(
    "live",
    Live,
    `<div data-controller="live" data-live-url-value="">
       <div id="rows" data-live-topic="deals.deal"></div><div id="form" data-live-topic="deals.deal"><input id="input"></div>
     </div>`,
  );
  const asked: string[] = [];
  page.addEventListener("live", (event) => asked.push((event.target as HTMLElement).id));
  find("#input").focus();
  document.dispatchEvent(new CustomEvent("live:resync"));
  document.dispatchEvent(new CustomEvent("live:resync"));
  await vi.waitFor(() => expect(asked).toEqual(["rows"]));
  find("#input").blur();
  await settled();
  await vi.waitFor(() => expect(asked).toEqual(["rows", "form"]));
});

test("a menu that is open is left alone until it is shut", async () => {
  const page = await island(
    "live",
    Live,
    `<div data-controller="live" data-live-url-value="">
       <div id="rows" data-live-topic="deals.deal"></div>
       <div id="notices" data-live-topic="deals.deal"><button id="why" aria-haspopup="menu" aria-expanded="true"></button><a id="item" href="#">A</a></div>
     </div>`,
  );
  const asked: string[] = [];
  page.addEventListener("live", (event) => asked.push((event.target as HTMLElement).id));
  find("#item").focus();
  document.dispatchEvent(new CustomEvent("live:resync"));
  await vi.waitFor(() => expect(asked).toEqual(["rows"]));
  find("#why").setAttribute("aria-expanded", "false");
  find("#item").blur();
  await vi.waitFor(() => expect(asked).toEqual(["rows", "notices"]));
});

test("news that were on their way when a menu was opened are asked for anew when it is shut", async () => {
  const page = await island(
    "live",
    Live,
    `<div data-controller="live" data-live-url-value="">
       <div id="head" data-live-topic="deals.deal"><button id="more" aria-haspopup="menu" aria-expanded="false"></button></div>
     </div>`,
  );
  let asked = 0;
  page.addEventListener("live", () => asked++);
  const answered = (type: string) => {
    const requestConfig = { elt: find("#head"), triggeringEvent: new CustomEvent(type) };
    const detail = { shouldSwap: true, requestConfig };
    document.dispatchEvent(new CustomEvent("htmx:beforeSwap", { detail }));
    return detail.shouldSwap;
  };
  expect(answered("live")).toBe(true);
  find("#more").setAttribute("aria-expanded", "true");
  expect(answered("click")).toBe(true);
  expect(answered("live")).toBe(false);
  find("#more").setAttribute("aria-expanded", "false");
  document.dispatchEvent(new Event("focusout"));
  await vi.waitFor(() => expect(asked).toBe(1));
});

test("what is typed and not sent is not exchanged, wherever the focus went", async () => {
  const page = await island(
    "live",
    Live,
    `<div data-controller="live" data-live-url-value="">
       <div id="rows" data-live-topic="deals.deal"></div>
       <div id="panel" data-live-topic="deals.deal"><form hx-post="/note"><input id="input"></form></div>
     </div>`,
  );
  const asked: string[] = [];
  page.addEventListener("live", (event) => asked.push((event.target as HTMLElement).id));
  find<HTMLInputElement>("#input").value = "half a letter";
  document.dispatchEvent(new CustomEvent("live:resync"));
  await vi.waitFor(() => expect(asked).toEqual(["rows"]));
  find<HTMLInputElement>("#input").value = "";
  document.dispatchEvent(new Event("focusout"));
  await vi.waitFor(() => expect(asked).toEqual(["rows", "panel"]));
});
