// Rows of a list: their tick and what opens when they are clicked.
import { htmx } from "./htmx";

export function tickOf(row: HTMLElement): HTMLInputElement | null {
  return row.querySelector<HTMLInputElement>(".pick .tick");
}

export function setTick(row: HTMLElement, checked: boolean): void {
  const tick = tickOf(row);
  if (tick) tick.checked = checked;
}

export function open(row: HTMLElement, event: MouseEvent | KeyboardEvent): void {
  const url = row.dataset.url;
  if (!url) return;
  const inNewTab = event.ctrlKey || event.metaKey || ("button" in event && event.button === 1);
  if (inNewTab) window.open(url, "_blank", "noopener");
  else window.location.assign(url);
}

/** The card of a row in the panel on the right. */
export function preview(row: HTMLElement): void {
  const url = row.dataset.previewUrl;
  if (url) showAside(url);
}

/** What an address answers in the panel on the right. */
export function showAside(url: string): void {
  htmx.ajax("get", url, { target: "#side-body", swap: "innerHTML" });
}

/** Rows of a group are those between its head and the next one. */
export function foldGroup(button: HTMLElement): void {
  const open = button.getAttribute("aria-expanded") === "false";
  button.setAttribute("aria-expanded", String(open));
  let row = button.closest("tr")?.nextElementSibling;
  for (; row?.classList.contains("list-row"); row = row.nextElementSibling)
    (row as HTMLElement).hidden = !open;
}
