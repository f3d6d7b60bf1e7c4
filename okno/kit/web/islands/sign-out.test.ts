import { afterEach, expect, test, vi } from "vitest";
import { find, island } from "../assets/testing/island";
import SignOut from "./sign-out";

const FORM = `<form data-controller="sign-out"><input type="hidden" name="endpoint" data-sign-out-target="endpoint"></form>`;

afterEach(() => vi.unstubAllGlobals());

function browser(...subscriptions: (string | null)[]): void {
  const registrations = subscriptions.map((endpoint) => ({
    pushManager: { getSubscription: async () => endpoint && { endpoint } },
  }));
  vi.stubGlobal("navigator", { serviceWorker: { getRegistrations: async () => registrations } });
}

test("signing out names the address that notices are pushed to", async () => {
  browser(null, "https://push.example/1");
  await island("sign-out", SignOut, FORM);
  expect(find<HTMLInputElement>("input").value).toBe("https://push.example/1");
});

test("a browser without workers signs out as it is", async () => {
  vi.stubGlobal("navigator", {});
  await island("sign-out", SignOut, FORM);
  expect(find<HTMLInputElement>("input").value).toBe("");
});
