// Requests that fail. What a person sent gets a word in the corner and stays typed; what the page asks by itself says
// in its own place that it could not be shown, with a button that asks again.
import htmx from "htmx.org";
import { fromTemplate, text } from "./page";
import { holdsTyped } from "./typed";

interface Asked {
  xhr: XMLHttpRequest;
  target: HTMLElement | null;
  successful?: boolean;
  requestConfig: { elt: HTMLElement; verb: string; triggeringEvent?: Event };
}

/** Events of the page itself; without any it was asked by time or on loading. */
const BY_ITSELF = new Set(["live", "live:resync", "intersect", "revealed"]);
/** Rows that bring the next ones: they hold nothing but the word that more is coming. */
const WAITING = ".list-more, .board-more, .notice-more";

/** An answer is on its way that leads to another page: what the present one asks no longer matters. */
let isLeaving = false;

export function startFailures(): void {
  document.addEventListener("htmx:beforeRequest", held);
  document.addEventListener("htmx:beforeOnLoad", answered);
  // Before the islands hear of it: htmx takes a refused form (422) for a success, and a redirect for neither.
  document.addEventListener("htmx:afterRequest", judged, { capture: true });
  for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, unheard);
  document.addEventListener("htmx:responseError", (event) =>
    tell((event as CustomEvent<Asked>).detail, "server"),
  );
  window.addEventListener("online", () => {
    for (const again of document.querySelectorAll<HTMLElement>(".failed-part button")) again.click();
  });
  window.addEventListener("pageshow", () => {
    isLeaving = false;
  });
}

function judged(event: Event): void {
  const { detail } = event as CustomEvent<Asked>;
  const status = detail.xhr?.status ?? 0;
  detail.successful = status >= 200 && status < 400;
  if (detail.successful) detail.target?.querySelector?.(":scope > .failed-part")?.remove();
}

function held(event: Event): void {
  const { detail } = event as CustomEvent<Asked>;
  if (isByItself(detail) && detail.requestConfig.elt.closest("[data-gone]")) event.preventDefault();
}

function answered(event: Event): void {
  const { detail } = event as CustomEvent<Asked>;
  const { status } = detail.xhr;
  if (detail.xhr.getResponseHeader("HX-Redirect")) leave(event, status);
  else if (status >= 400 && isByItself(detail)) {
    event.preventDefault();
    if (!isLeaving) sayInPlace(detail);
  }
}

/** Whoever has to sign in anew does so beside the page while something on it is typed. */
function leave(event: Event, status: number): void {
  if (status !== 401 || !holdsTyped(document)) isLeaving = true;
  else {
    event.preventDefault();
    fail("signed-out");
  }
}

function unheard(event: Event): void {
  const { detail } = event as CustomEvent<Asked>;
  if (isLeaving) return;
  if (isByItself(detail)) sayInPlace(detail);
  else tell(detail, "network");
}

function tell(detail: Asked, kind: string): void {
  // The server has said itself what was wrong.
  if (!detail.xhr?.getResponseHeader("HX-Trigger")) fail(kind);
}

function fail(kind: string): void {
  document.dispatchEvent(new CustomEvent("toast:failure", { detail: { kind } }));
}

function isByItself({ requestConfig }: Asked): boolean {
  const { elt, verb, triggeringEvent } = requestConfig;
  if (verb !== "get" || !elt.hasAttribute("hx-trigger")) return false;
  return !triggeringEvent || BY_ITSELF.has(triggeringEvent.type);
}

function sayInPlace(detail: Asked): void {
  const card = detail.target?.closest<HTMLElement>(".card-page");
  const isNews = detail.requestConfig.triggeringEvent?.type.startsWith("live");
  if (card && isNews && detail.xhr.status === 404) sayGone(card);
  else sayFailed(detail);
}

/** Once for the whole card: it is not asked for any more, and what was typed on it can still be copied. */
function sayGone(card: HTMLElement): void {
  if (card.dataset.gone !== undefined) return;
  card.dataset.gone = "";
  const said = fromTemplate("gone-template");
  said?.querySelector("button")?.addEventListener("click", () => location.reload());
  if (said) card.prepend(said);
}

function sayFailed(detail: Asked): void {
  const place = placeOf(detail.target);
  const said = fromTemplate("failure-template");
  if (!place || !said) return;
  const words = said.querySelector("[data-said]");
  if (words) words.textContent = reasonOf(detail.xhr);
  said.querySelector("button")?.addEventListener("click", (event) => askAgain(event, detail));
  if (place.querySelector(".waiting-line") || place.closest(WAITING)) place.replaceChildren(said);
  else {
    place.querySelector(":scope > .failed-part")?.remove();
    place.prepend(said);
  }
}

/** Where a line can stand; parts of tables, links and menus have no room for one and wait for the next news. */
function placeOf(target: HTMLElement | null): HTMLElement | null {
  if (!target?.isConnected) return null;
  if (target.matches("tr")) return target.querySelector("td");
  return target.matches("div, section, header, li") ? target : null;
}

function reasonOf(xhr: XMLHttpRequest): string {
  if (!xhr.status) return text("part-unheard");
  if (xhr.status >= 500) return text("part-failed");
  try {
    return (JSON.parse(xhr.responseText) as { message?: string }).message || text("part-failed");
  } catch {
    return text("part-failed");
  }
}

function askAgain(event: Event, { requestConfig, target }: Asked): void {
  event.stopPropagation();
  (event.currentTarget as HTMLButtonElement).disabled = true;
  const url = requestConfig.elt.getAttribute("hx-get");
  if (url && target) htmx.ajax("get", url, { source: requestConfig.elt, target }).catch(() => undefined);
}
