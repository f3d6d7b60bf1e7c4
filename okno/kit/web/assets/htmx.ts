// htmx as Okno uses it: no eval, no injected styles, a refused form (422) is shown like any other answer.
import htmx from "htmx.org";
import { startFailures } from "./failures";
import { startHeldFocus } from "./held-focus";
import { csrfToken } from "./page";

interface ConfigRequest extends Event {
  detail: { headers: Record<string, string>; parameters: Record<string, string>; verb: string };
}

/** Signing in anew, in another tab, changes the token: the one in a form may be of yesterday. */
function addCsrf(event: Event): void {
  const { headers, parameters, verb } = (event as ConfigRequest).detail;
  if (verb === "get") return;
  headers["X-CSRFToken"] = csrfToken();
  if ("csrfmiddlewaretoken" in parameters) parameters.csrfmiddlewaretoken = csrfToken();
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
  startFailures();
  startHeldFocus();
}

export { htmx };
