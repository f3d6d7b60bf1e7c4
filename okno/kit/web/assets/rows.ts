// Rows of a list: their tick and what opens when they are clicked.

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
