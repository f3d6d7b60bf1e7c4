import { beforeEach, expect, test, vi } from "vitest";
import { htmx } from "../assets/htmx";
import { island } from "../assets/testing/island";
import Given from "./given";

function tell(id: number | null): void {
  document.dispatchEvent(
    new CustomEvent("live:given", { detail: { topic: "leads.lead", id, kind: "given" } }),
  );
}

function look(isHidden: boolean): void {
  vi.spyOn(document, "hidden", "get").mockReturnValue(isHidden);
  document.dispatchEvent(new Event("visibilitychange"));
}

const asked = () => vi.spyOn(htmx, "ajax").mockResolvedValue(undefined);

beforeEach(async () => {
  await island("given", Given, '<div id="toasts" data-controller="given"></div>');
  document.title = "Enquiries";
});

test("what was given is asked from the server into the corner of messages", () => {
  const ajax = asked();
  tell(17);
  expect(ajax.mock.calls[0]?.[1]).toBe("/given/leads.lead/17/");
});

test("news that name no row ask nothing", () => {
  const ajax = asked();
  tell(null);
  expect(ajax).not.toHaveBeenCalled();
});

test("the title is marked until the person looks again", () => {
  asked();
  look(true);
  tell(17);
  expect(document.title).toBe("● Enquiries");
  look(false);
  expect(document.title).toBe("Enquiries");
});
