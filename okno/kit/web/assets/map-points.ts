// Points of a map: how large they are, what they look like and what is said of them.
export type Row = { name: string; hint: string; url: string; colour: string };
/** Edges in degrees: west, south, east, north. */
export type Box = [number, number, number, number];
export type Point = {
  lat: number;
  lng: number;
  count: number;
  box: Box;
  note: string;
  town: string;
  exact: boolean;
  rows: Row[];
  more: string;
};
/** What is drawn: a point, or several whose circles would lie over each other. */
export type Circle = Point & { boxes: Box[] };

type Pixel = { x: number; y: number };

export const FEWEST_TOGETHER = 2;
const MOST_NAMED = 20;
const BETWEEN = 2;

/** Larger for more of them, by the number of its digits rather than by itself. */
export function radiusOf(count: number): number {
  return count < FEWEST_TOGETHER ? 7 : Math.min(12 + Math.log10(count) * 8, 32);
}

/** Circles that leave each other room: of two that would not, the smaller one goes to the larger. */
export function apart(points: Point[], at: (one: Point) => Pixel, around = ""): Circle[] {
  let found: Circle[] = points.map((one) => ({ ...one, boxes: [one.box] }));
  for (let before = 0; before !== found.length; ) {
    before = found.length;
    found = joined(found, at, around);
  }
  return found;
}

function joined(circles: Circle[], at: (one: Point) => Pixel, around: string): Circle[] {
  const kept: { circle: Circle; x: number; y: number }[] = [];
  for (const one of [...circles].sort((first, second) => second.count - first.count)) {
    const { x, y } = at(one);
    const near = kept.find(({ circle, ...other }) => {
      const room = radiusOf(circle.count) + radiusOf(one.count) + BETWEEN;
      return Math.hypot(other.x - x, other.y - y) < room;
    });
    if (near) near.circle = together(near.circle, one, around);
    else kept.push({ circle: one, x, y });
  }
  return kept.map(({ circle }) => circle);
}

/** Two as one, where the larger stands; rows keep their names as long as all of them are known and few. */
function together(larger: Circle, smaller: Circle, around: string): Circle {
  const wide = `${larger.town} ${around}`;
  const note = larger.town === smaller.town && larger.note !== wide ? larger.town : wide;
  const count = larger.count + smaller.count;
  const rows = [...larger.rows, ...smaller.rows];
  const isNamed = rows.length === count && count <= MOST_NAMED;
  const said = { note, more: "", exact: false, boxes: [...larger.boxes, ...smaller.boxes] };
  return { ...larger, ...said, count, rows: isNamed ? rows : [] };
}

/** Whether a closer look would part the rows of a circle. */
export function isSpread({ boxes }: Circle): boolean {
  const corners = boxes.flatMap(([west, south, east, north]) => [`${west},${south}`, `${east},${north}`]);
  return new Set(corners).size > 1;
}

/** The element of the point that stands nearest to another one. */
export function nearest(to: Point, elements: Map<Element, Point>): SVGElement | undefined {
  const far = ([, one]: [Element, Point]) => Math.hypot(one.lat - to.lat, one.lng - to.lng);
  const [found] = [...elements].sort((first, second) => far(first) - far(second));
  return found?.[0] as SVGElement | undefined;
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

/** A door of a circle that leads to no other page. */
export function button(words: string, act: () => void): HTMLElement {
  const made = said("button", words) as HTMLButtonElement;
  made.type = "button";
  made.className = "btn btn-small";
  made.addEventListener("click", act);
  return made;
}

/** A door of a circle that leads to another page. */
export function link(words: string, href: string): HTMLElement {
  const made = said("a", words) as HTMLAnchorElement;
  made.className = "btn btn-small";
  made.href = href;
  return made;
}

/** Make a point one that Tab walks to, with its name. */
export function toReach(element: Element, one: Point): void {
  element.setAttribute("tabindex", "0");
  element.setAttribute("role", one.count < FEWEST_TOGETHER ? "link" : "button");
  element.setAttribute("aria-label", nameOf(one));
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

/** All rows of a circle as links, whose they are said once where all are of one, and the doors from there. */
export function rowsOf(one: Point, doors: HTMLElement[] = []): HTMLElement {
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
  const about = [one.rows.length ? owner : String(one.count), one.note].filter(Boolean).join(", ");
  const ways = document.createElement("div");
  ways.className = "map-doors";
  ways.append(...doors);
  whole.append(said("b", about), list, ways);
  return whole;
}

function said(tag: string, text: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}
