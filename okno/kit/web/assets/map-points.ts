// Points of a map: how large they are, what they look like and what is said of them.
export type Row = { name: string; hint: string; url: string; colour: string };
export type Point = {
  lat: number;
  lng: number;
  count: number;
  note: string;
  town: string;
  exact: boolean;
  rows: Row[];
  more: string;
};

export const FEWEST_TOGETHER = 2;

/** Larger for more of them, by the number of its digits rather than by itself. */
export function radiusOf(count: number): number {
  return count < FEWEST_TOGETHER ? 7 : Math.min(12 + Math.log10(count) * 8, 32);
}

/** A full point stands at the house, a hollow one somewhere near; rows of one colour keep it. */
export function classOf(one: Point): string {
  const colours = new Set(one.rows.map((row) => row.colour));
  const [colour] = colours;
  const kept = colour && colours.size === 1 && one.rows.length === one.count ? ` map-${colour}` : "";
  if (one.count >= FEWEST_TOGETHER) return `map-point map-many${kept}`;
  return `map-point${one.exact ? "" : " map-near"}${kept}`;
}

/** How many stand there; on an empty field, also in which town most of them are. */
export function countOf(one: Point, isNamed: boolean): HTMLElement {
  const label = said("span", String(one.count));
  if (isNamed && one.town) label.append(said("small", one.town));
  return label;
}

/** What a point is, in words. */
export function nameOf(one: Point): string {
  if (one.count >= FEWEST_TOGETHER) return [one.count, one.note].filter(Boolean).join(", ");
  const row = one.rows[0];
  return [row?.name, row?.hint, one.note].filter(Boolean).join(", ");
}

/** The same as text: names come from people. */
export function tipOf(one: Point): HTMLElement {
  return said("span", nameOf(one));
}

/** All rows of one spot as links; whose they are is said once where all are of one. */
export function rowsOf(one: Point): HTMLElement {
  const whole = document.createElement("div");
  const owners = new Set(one.rows.map((row) => row.hint));
  const [owner] = owners.size === 1 ? owners : [""];
  const list = document.createElement("ul");
  list.className = "map-rows";
  for (const row of one.rows) {
    const item = document.createElement("li");
    const link = said("a", row.name);
    link.setAttribute("href", row.url);
    item.append(link, row.hint && !owner ? ` ${row.hint}` : "");
    list.append(item);
  }
  if (one.more) list.append(said("li", one.more));
  whole.append(said("b", [owner, one.note].filter(Boolean).join(", ")), list);
  return whole;
}

function said(tag: string, text: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}
