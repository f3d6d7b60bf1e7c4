import { Application } from "@hotwired/stimulus";
import { expect, test, vi } from "vitest";
import { find, island, settled } from "../../../../kit/web/assets/testing/island";
import Lasting from "./lasting";

const FORM = `<form><select data-controller="lasting" data-lasting-usual-value='{"call":15,"meeting":60}'><option value="call">1</option><option value="meeting">2</option><option value="other">3</option></select>
  <input name="duration" value="15"></form>`;

const choose = (kind: string): string => {
  const select = find<HTMLSelectElement>("select");
  select.value = kind;
  select.dispatchEvent(new Event("change"));
  return find<HTMLInputElement>("input").value;
};

test("a kind brings its usual minutes", async () => {
  await island("lasting", Lasting, FORM);
  expect(choose("meeting")).toBe("60");
  expect(choose("other")).toBe("");
  expect(choose("call")).toBe("15");
});

test("minutes that somebody typed stay", async () => {
  await island("lasting", Lasting, FORM);
  find<HTMLInputElement>("input").value = "25";
  expect(choose("meeting")).toBe("25");
});

test("a form that stands as it came offers the usual again", async () => {
  await island("lasting", Lasting, FORM);
  choose("meeting");
  find<HTMLFormElement>("form").reset();
  await Promise.resolve();
  expect(find<HTMLInputElement>("input").value).toBe("15");
  expect(choose("meeting")).toBe("60");
});

test("a choice that leaves its form does not hold on to it", async () => {
  await island("lasting", Lasting, FORM);
  const left = vi.spyOn(find<HTMLFormElement>("form"), "removeEventListener");
  find("select").remove();
  await settled();
  expect(left).toHaveBeenCalledWith("reset", expect.any(Function));
});

test("a kind chosen before the island came counts", async () => {
  document.body.innerHTML = FORM;
  find<HTMLSelectElement>("select").value = "meeting";
  const select = find<HTMLSelectElement>("select");
  const controller = Application.start();
  controller.register("lasting", Lasting);
  await vi.waitFor(() => expect(find<HTMLInputElement>("input").value).toBe("60"));
  expect(select.value).toBe("meeting");
  controller.stop();
});
