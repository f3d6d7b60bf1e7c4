import { expect, test, vi } from "vitest";
import { htmx } from "../assets/htmx";
import { find, island } from "../assets/testing/island";
import Condition from "./condition";

const EDITOR = `<div data-controller="condition" id="editor">
  <select name="f~0~op" data-condition-shape><option>eq</option></select>
  <select name="f~new" data-condition-do="add:f"><option value="title" selected>Тема</option></select>
  <input name="f~0~v~text"><button id="drop" value="drop:f~0" data-action="condition#act"></button>
  <div id="told" data-condition-target="told"></div></div>`;

function asked() {
  const seen: string[] = [];
  vi.spyOn(htmx, "trigger").mockImplementation((element, event) => {
    seen.push(`${(element as HTMLElement).id}:${event}:${find("#editor").dataset.do ?? ""}`);
    return true;
  });
  return seen;
}

test("a button, a field and an operator ask for the editor anew, each with its word", async () => {
  await island("condition", Condition, EDITOR);
  const seen = asked();

  find("#drop").click();
  find("[name='f~new']").dispatchEvent(new Event("change", { bubbles: true }));
  find("[name='f~0~op']").dispatchEvent(new Event("change", { bubbles: true }));

  expect(seen).toEqual(["editor:shape:drop:f~0", "editor:shape:add:f", "editor:shape:shape"]);
});

test("typing asks only for the sentence, once the hand rests", async () => {
  await island("condition", Condition, EDITOR);
  vi.useFakeTimers();
  const seen = asked();
  const input = find<HTMLInputElement>("[name='f~0~v~text']");

  for (const text of ["к", "кп"]) {
    input.value = text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
  vi.runAllTimers();
  vi.useRealTimers();

  expect(seen.map((one) => one.split(":").slice(0, 2).join(":"))).toEqual(["told:told"]);
});

test("the focus goes on where it was when the editor comes anew", async () => {
  await island("condition", Condition, EDITOR);
  asked();
  const operator = find<HTMLSelectElement>("[name='f~0~op']");
  operator.focus();
  operator.dispatchEvent(new Event("change", { bubbles: true }));

  document.body.innerHTML = EDITOR;
  await vi.waitFor(() => expect(document.activeElement?.getAttribute("name")).toBe("f~0~op"));
});
