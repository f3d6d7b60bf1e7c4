// Rows of a list: their tick and what opens when they are clicked.
import { htmx } from "./htmx";

export function tickOf(row: HTMLElement): HTMLInputElement | null {
  return row.querySelector<HTMLInputElement>(".pick .tick");
}

export function setTick(row: HTMLElement, checked: boolean): void {
  const tick = tickOf(row);
  if (tick) tick.checked = checked;
}

/** The rows from one to another, both among them, whichever comes first. */
export function between(rows: HTMLElement[], one: HTMLElement, other: HTMLElement): HTMLElement[] {
  const [from = 0, to = 0] = [rows.indexOf(one), rows.indexOf(other)].sort((a, b) => a - b);
  return rows.slice(from, to + 1);
}

export function showPicked(rows: HTMLElement[]): void {
  for (const row of rows) row.classList.toggle("is-picked", tickOf(row)?.checked ?? false);
}

/** The focus goes to another row that is shown: the first one from nowhere. */
export function step(all: HTMLElement[], from: HTMLElement | undefined, by: number): HTMLElement | undefined {
  const rows = all.filter((one) => !one.hidden);
  const next = rows[from ? rows.indexOf(from) + by : 0];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return next;
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
  htmx.ajax("get", url, { source: "#side-body", target: "#side-body", swap: "innerHTML" });
}

/** Rows of a group are those between its head and the next one. */
export function foldGroup(button: HTMLElement): void {
  const open = button.getAttribute("aria-expanded") === "false";
  button.setAttribute("aria-expanded", String(open));
  let row = button.closest("tr")?.nextElementSibling;
  for (; row?.classList.contains("list-row"); row = row.nextElementSibling)
    (row as HTMLElement).hidden = !open;
}
