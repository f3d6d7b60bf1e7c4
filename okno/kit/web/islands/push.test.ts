import { beforeEach, expect, test, vi } from "vitest";
import { htmx } from "../assets/htmx";
import { island } from "../assets/testing/island";
import Push, { bytes } from "./push";

vi.mock("../assets/push-worker.ts?worker&url", () => ({ default: "/static/app/worker.js" }));

const BODY = `<section data-controller="push" data-push-url-value="/notices/settings/?part=">
  <p data-push-target="trouble" data-missing="Only https" data-denied="Allow it" data-failed="Later" hidden></p>
  <button data-push-target="subscribe" data-action="push#subscribe">Notify</button>
</section>`;

const made = {
  endpoint: "https://push.test/1",
  toJSON: () => ({ keys: { p256dh: "KEY", auth: "SECRET" } }),
};
const trouble = () => document.querySelector<HTMLElement>("[data-push-target=trouble]");
const press = async () => {
  document.querySelector<HTMLButtonElement>("button")?.click();
  await vi.waitFor(() => expect(document.querySelector("button")).toBeTruthy());
  await new Promise((done) => setTimeout(done, 10));
};

function browser(permission: string, subscribe: () => Promise<unknown>): void {
  vi.stubGlobal("PushManager", class {});
  vi.stubGlobal("Notification", { requestPermission: async () => permission });
  const pushManager = { getSubscription: async () => null, subscribe };
  const register = vi.fn().mockResolvedValue({ pushManager });
  Object.defineProperty(navigator, "serviceWorker", { value: { register }, configurable: true });
  vi.stubGlobal("fetch", vi.fn().mockResolvedValue({ ok: true, json: async () => ({ key: "AQID" }) }));
}

beforeEach(() => {
  Reflect.deleteProperty(navigator, "serviceWorker");
});

test("what the browser tells goes to the server", async () => {
  const ajax = vi.spyOn(htmx, "ajax").mockResolvedValue(undefined);
  const subscribe = vi.fn().mockResolvedValue(made);
  browser("granted", subscribe);
  await island("push", Push, BODY);
  await press();
  expect(subscribe.mock.calls[0]?.[0].applicationServerKey).toEqual(new Uint8Array([1, 2, 3]));
  const values = ajax.mock.calls[0]?.[2] as unknown as { values: object } | undefined;
  expect(values?.values).toEqual({ endpoint: "https://push.test/1", key: "KEY", auth: "SECRET" });
});

test("whoever does not allow it is told how", async () => {
  browser("denied", vi.fn());
  await island("push", Push, BODY);
  await press();
  expect(trouble()?.textContent).toBe("Allow it");
});

test("a push service that cannot be reached is told of, and the button stays", async () => {
  browser("granted", vi.fn().mockRejectedValue(new Error("no service")));
  await island("push", Push, BODY);
  await press();
  expect(trouble()?.textContent).toBe("Later");
  expect(document.querySelector<HTMLButtonElement>("button")?.disabled).toBe(false);
});

test("browsers that know no push are told so", async () => {
  await island("push", Push, BODY);
  expect(trouble()?.textContent).toBe("Only https");
});

test("keys are read from base64 of addresses", () => {
  expect([...bytes("-_8")]).toEqual([251, 255]);
});
