import { expect, test, vi } from "vitest";
import { htmx } from "../assets/htmx";
import { find, island, press } from "../assets/testing/island";
import Peek from "./peek";

function asked(): string[] {
  const seen: string[] = [];
  vi.spyOn(htmx, "ajax").mockImplementation((_verb, url) => {
    seen.push(url);
    return Promise.resolve();
  });
  return seen;
}

const PAGE = `<div data-controller="peek"></div><a id="link" href="/clients/5/?list=x">Ромашка</a>
  <button id="eye" data-peek="/deals/7/"></button>
  <span class="link-input"><select><option value="9" selected>НордТорг</option></select><button></button><button id="picked" data-peek="/clients/{id}/"></button></span>`;

test("Space on a link and a click on an eye ask for the preview of the card", async () => {
  await island("peek", Peek, PAGE);
  const seen = asked();

  press(find("#link"), " ", { code: "Space" });
  find("#eye").click();
  find("#picked").click();

  expect(seen).toEqual([
    "/peek/?url=%2Fclients%2F5%2F",
    "/peek/?url=%2Fdeals%2F7%2F",
    "/peek/?url=%2Fclients%2F9%2F",
  ]);
});
