// htmx as Okno uses it: no eval, no injected styles, a refused form (422) is shown like any other answer.
import htmx from "htmx.org";
import { csrfToken } from "./page";

interface ConfigRequest extends Event {
  detail: { headers: Record<string, string>; verb: string };
}

function addCsrf(event: Event): void {
  const { detail } = event as ConfigRequest;
  if (detail.verb !== "get") detail.headers["X-CSRFToken"] = csrfToken();
}

/** Failed requests that say nothing themselves still get a word: the toast island shows it. */
function tellFailure(event: Event): void {
  const { xhr } = (event as CustomEvent<{ xhr?: XMLHttpRequest }>).detail;
  if (xhr?.getResponseHeader("HX-Trigger")) return;
  const kind = event.type === "htmx:responseError" ? "server" : "network";
  document.dispatchEvent(new CustomEvent("toast:failure", { detail: { kind } }));
}

export function startHtmx(): void {
  Object.assign(htmx.config, {
    allowEval: false,
    includeIndicatorStyles: false,
    allowScriptTags: false,
    selfRequestsOnly: true,
    // Pages hold client data: nothing of them is kept in the browser's storage.
    historyCacheSize: 0,
    refreshOnHistoryMiss: true,
    // What has come in answers at once: within the usual 20 ms a quick hand, or a test, would press a dead button.
    defaultSettleDelay: 0,
    timeout: 30_000,
    defaultSwapStyle: "innerHTML",
    responseHandling: [
      { code: "204", swap: false },
      { code: "[23]..", swap: true },
      { code: "422", swap: true },
      { code: "[45]..", swap: false, error: true },
    ],
  });
  document.addEventListener("htmx:configRequest", addCsrf);
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, tellFailure);
  }
}

export { htmx };
