import { beforeEach, expect, test, vi } from "vitest";
import { htmx } from "../assets/htmx";
import { island } from "../assets/testing/island";
import Pops from "./pops";

function tell(kind: string): void {
  document.dispatchEvent(new CustomEvent("live:notices", { detail: { topic: "notices", id: 17, kind } }));
}

function look(isHidden: boolean): void {
  vi.spyOn(document, "hidden", "get").mockReturnValue(isHidden);
  document.dispatchEvent(new Event("visibilitychange"));
}

const asked = () => vi.spyOn(htmx, "ajax").mockResolvedValue(undefined);

beforeEach(async () => {
  await island("pops", Pops, '<div id="toasts" data-controller="pops"></div>');
  document.title = "Enquiries";
});

test("a notice that shows itself is asked from the server into the corner of messages", () => {
  const ajax = asked();
  tell("pops");
  expect(ajax.mock.calls[0]?.[1]).toBe("/notices/?part=toast&id=17");
});

test("other news of notices ask nothing", () => {
  const ajax = asked();
  tell("changed");
  expect(ajax).not.toHaveBeenCalled();
});

test("one that grows is said anew where it is still shown, and not after it was closed", async () => {
  const html = '<div id="toasts" data-controller="pops"><div data-notice="17"></div></div>';
  const corner = await island("pops", Pops, html);
  const ajax = asked();
  tell("grows");
  expect(ajax).toHaveBeenCalledOnce();
  corner.querySelector("[data-notice]")?.remove();
  tell("grows");
  expect(ajax).toHaveBeenCalledOnce();
});

test("the title is marked until the person looks again", () => {
  asked();
  look(true);
  tell("pops");
  expect(document.title).toBe("● Enquiries");
  look(false);
  expect(document.title).toBe("Enquiries");
});
