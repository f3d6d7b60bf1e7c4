import { beforeEach, expect, test, vi } from "vitest";
import { type LiveNews, LiveSource, parseNews } from "./live-source";

class FakeStream extends EventTarget {
  static opened: FakeStream[] = [];
  isClosed = false;

  constructor(readonly url: string) {
    super();
    FakeStream.opened.push(this);
  }

  close(): void {
    this.isClosed = true;
  }

  says(name: string, data = "{}", lastEventId = ""): void {
    this.dispatchEvent(new MessageEvent(name, { data, lastEventId }));
  }
}

beforeEach(() => {
  FakeStream.opened = [];
  vi.stubGlobal("EventSource", FakeStream);
});

test("news name a record and an id", () => {
  expect(parseNews('{"topic":"deals.deal","id":17,"kind":"changed"}')).toEqual({
    topic: "deals.deal",
    id: 17,
    kind: "changed",
  });
});

test("a line that is not ours is no news", () => {
  expect(parseNews("{}")).toBeUndefined();
  expect(parseNews("broken {")).toBeUndefined();
});

test("one stream serves topics that are known already", () => {
  const source = new LiveSource("/live", () => undefined);
  source.want(["deals.deal", "leads.lead"]);
  source.want(["leads.lead"]);
  expect(FakeStream.opened.map((stream) => stream.url)).toEqual(["/live?topics=deals.deal,leads.lead"]);
});

test("the old stream ends only when the wider one is open, so that nothing is missed", () => {
  const source = new LiveSource("/live", () => undefined);
  source.want(["deals.deal"]);
  source.want(["leads.lead"]);
  const [first, second] = FakeStream.opened;
  expect(first?.isClosed).toBe(false);
  second?.says("hello");
  expect(first?.isClosed).toBe(true);
  expect(second?.url).toBe("/live?topics=deals.deal,leads.lead");
});

test("after a break everything is asked again", () => {
  const told: LiveNews[] = [];
  new LiveSource("/live", (news) => told.push(news)).want([]);
  FakeStream.opened[0]?.says("resync");
  FakeStream.opened[0]?.says("message", '{"topic":"deals.deal","id":null}');
  expect(told.map((news) => news.topic)).toEqual(["resync", "deals.deal"]);
});

test("a page says how old it is, so that what changed before it listened is told", () => {
  const source = new LiveSource("/live", () => undefined);
  source.want(["deals.deal"], 1000);
  expect(FakeStream.opened[0]?.url).toBe("/live?topics=deals.deal&since=1000");
});

test("a page that comes while others listen is told what it has missed, and nothing of before", () => {
  const source = new LiveSource("/live", () => undefined);
  source.want(["deals.deal"], 1000);
  FakeStream.opened[0]?.says("message", '{"topic":"deals.deal","id":1}', "1200");
  FakeStream.opened[0]?.says("message", '{"topic":"deals.deal","id":2}', "1400");
  expect(source.missed(["deals.deal"], 1300).map((news) => news.id)).toEqual([2]);
  expect(source.missed(["deals.deal"], 1500)).toEqual([]);
});

test("a page older than what was heard asks for everything", () => {
  const source = new LiveSource("/live", () => undefined);
  source.want(["deals.deal"], 1000);
  expect(source.missed(["deals.deal"], 900).map((news) => news.topic)).toEqual(["resync"]);
});
