import { beforeEach, expect, test } from "vitest";
import { find, island, settled } from "../assets/testing/island";
import Dialog from "./dialog";

const dialog = () => find<HTMLDialogElement>("dialog");

beforeEach(async () => {
  await island(
    "dialog",
    Dialog,
    '<dialog data-controller="dialog"><div data-dialog-target="body"></div></dialog>',
  );
});

async function brought(html: string): Promise<void> {
  find("dialog > div").innerHTML = html;
  await settled();
}

test("what is brought into the body opens the dialog, an empty body closes it", async () => {
  await brought("<form></form>");
  expect(dialog().open).toBe(true);
  await brought("");
  expect(dialog().open).toBe(false);
});

test("closing empties the body", async () => {
  await brought("<form></form>");
  document.dispatchEvent(new CustomEvent("dialog:close"));
  await settled();
  expect([dialog().open, find("dialog > div").childElementCount]).toEqual([false, 0]);
});

test("a click on the backdrop does not throw away what was typed", async () => {
  await brought('<input value="">');
  find<HTMLInputElement>("input").value = "typed";
  dialog().dispatchEvent(new MouseEvent("click"));
  expect(dialog().open).toBe(true);
  find<HTMLInputElement>("input").value = "";
  dialog().dispatchEvent(new MouseEvent("click"));
  expect(dialog().open).toBe(false);
});

test("the focus goes back to what opened the dialog though it was drawn anew meanwhile", async () => {
  document.body.insertAdjacentHTML("beforeend", '<nav><button hx-get="/views/new">View</button></nav>');
  find("nav button").focus();
  await brought("<form><input></form>");
  find("input").focus();
  find("nav").innerHTML = '<button hx-get="/views/new">View</button>';
  dialog().close();
  await settled();
  expect(document.activeElement).toBe(find("nav button"));
});
