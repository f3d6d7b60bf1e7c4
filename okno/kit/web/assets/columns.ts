// Widths of columns: given by the server, dragged by their edge, kept in the browser for each list.

const LEAST_PX = 60;
const sheet = typeof CSSStyleSheet === "function" ? new CSSStyleSheet() : undefined;

type Widths = Record<string, number>;

function key(table: HTMLElement): string {
  return `okno:widths:${table.dataset.key || location.pathname}`;
}

function heads(table: HTMLElement): HTMLElement[] {
  return [...table.querySelectorAll<HTMLElement>("thead th")];
}

function kept(table: HTMLElement): Widths {
  return JSON.parse(localStorage.getItem(key(table)) ?? "{}") as Widths;
}

/** Cells take their width from the text unless a rule stops them; a rule in a sheet costs nothing per row. */
export function widthRules(names: (string | undefined)[], widths: Widths): string {
  return names
    .map((name, index) => ({ at: index + 1, width: name === undefined ? undefined : widths[name] }))
    .filter((column) => column.width)
    .map(
      ({ at, width }) => `tr > :nth-child(${at}){width:${width}px;min-width:${width}px;max-width:${width}px}`,
    )
    .map((rule) => `@media (width >= 720px){.list ${rule}}`)
    .join("\n");
}

function apply(table: HTMLElement, widths: Widths): void {
  sheet?.replaceSync(
    widthRules(
      heads(table).map((head) => head.dataset.key),
      widths,
    ),
  );
}

export function restoreWidths(table: HTMLElement): void {
  if (sheet && !document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets.push(sheet);
  const given = heads(table)
    .filter((head) => head.getAttribute("width"))
    .map((head) => [head.dataset.key ?? "", Number(head.getAttribute("width"))] as const);
  apply(table, { ...Object.fromEntries(given), ...kept(table) });
}

/** The address holds the widths too, so that a saved view and a copied link keep them. */
function tellAddress(widths: Widths): void {
  const address = new URL(location.href);
  const pairs = Object.entries(widths).map(([name, width]) => `${name}:${width}`);
  address.searchParams.set("w", pairs.join(","));
  history.replaceState(history.state, "", address);
}

export function dragWidth(event: PointerEvent, table: HTMLElement): void {
  const grip = event.currentTarget as HTMLElement;
  const head = grip.closest<HTMLElement>("th");
  const name = head?.dataset.key;
  if (!head || !name) return;
  event.preventDefault();
  const start = head.offsetWidth - event.clientX;
  let widths = kept(table);
  const move = (moved: PointerEvent) => {
    widths = { ...widths, [name]: Math.round(Math.max(LEAST_PX, start + moved.clientX)) };
    apply(table, widths);
  };
  const done = () => {
    grip.removeEventListener("pointermove", move);
    localStorage.setItem(key(table), JSON.stringify(widths));
    tellAddress(widths);
  };
  grip.setPointerCapture(event.pointerId);
  grip.addEventListener("pointermove", move);
  grip.addEventListener("pointerup", done, { once: true });
}

/** Widths dragged since the page came are asked with: the dialog that saves the view has to know them. */
export function askWithWidths(event: Event): void {
  const { parameters, verb } = (event as CustomEvent<{ parameters: Record<string, string>; verb: string }>)
    .detail;
  const widths = new URLSearchParams(location.search).get("w");
  if (widths && verb === "get") parameters.w = widths;
}
