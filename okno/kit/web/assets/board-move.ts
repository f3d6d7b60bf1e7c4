// Moving a card: where it was, what the server says to its new place, and the way back.
import { htmx } from "./htmx";
import { post, tellTriggers, text, toast } from "./page";

export interface Place {
  list: HTMLElement;
  before: Element | null;
}

export function whereIs(card: HTMLElement): Place {
  return { list: card.parentElement as HTMLElement, before: card.nextElementSibling };
}

export function putBack(card: HTMLElement, place: Place): void {
  place.list.insertBefore(card, place.before?.parentElement === place.list ? place.before : null);
}

/** Ask the server for the move; false when it refused, and then the person already knows why. */
export async function sendMove(card: HTMLElement, to: HTMLElement, parameter: string): Promise<boolean> {
  card.classList.add("is-waiting");
  try {
    const answer = await post(card.dataset.moveUrl ?? "", values(card, to, parameter));
    if (answer.ok) await accepted(card, answer);
    else await refused(answer);
    return answer.ok;
  } catch {
    toast(text("network-failure"), "error");
    return false;
  } finally {
    card.classList.remove("is-waiting");
  }
}

function values(card: HTMLElement, to: HTMLElement, parameter: string): Record<string, string> {
  const idOf = (element: Element | null) => (element as HTMLElement | null)?.dataset.id ?? "";
  return {
    [parameter]: to.dataset.key ?? "",
    version: card.dataset.version ?? "",
    after: idOf(card.previousElementSibling),
    before: idOf(card.nextElementSibling),
  };
}

/** The answer may bring the card anew and, out of band, the heads of both columns. */
async function accepted(card: HTMLElement, answer: Response): Promise<void> {
  const html = await answer.text();
  if (html.trim()) htmx.swap(card, html, { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 });
  tellTriggers(answer);
}

/** A small form of what is missing opens in the dialog; anything else is a sentence. */
async function refused(answer: Response): Promise<void> {
  const body = await answer.text();
  const isPage = (answer.headers.get("Content-Type") ?? "").includes("text/html");
  const hasWords = answer.headers.has("HX-Trigger");
  if (hasWords) tellTriggers(answer);
  if (answer.headers.get("HX-Reswap") === "none") return;
  if (isPage && (answer.status === 422 || answer.status === 409)) {
    htmx.swap("#dialog-body", body, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
  } else if (!hasWords) {
    toast(reason(body, answer.status), "error");
  }
}

export function reason(body: string, status: number): string {
  try {
    const { message } = JSON.parse(body) as { message?: string };
    if (message) return message;
  } catch {
    // Not a problem answer: a proxy or a crash speaks HTML, which nobody should read in a toast.
  }
  return text(status >= 500 ? "server-failure" : "move-refused");
}
