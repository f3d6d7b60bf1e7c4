// The rail by keys: one stop of Tab for all of it, arrows go over its sections and into their places.
import { stepOf } from "./keys";

const STOPS = ":scope > a, :scope > .rail-foot > button, :scope > .rail-list > li > a";
const ENDS: Record<string, number> = { Home: 0, End: -1 };

/** Leaves one stop to Tab: where one stands, else the section of the page, else the first. */
export function holdOne(rail: HTMLElement, at?: Element): void {
  const stops = stopsOf(rail);
  const only =
    stops.find((one) => one === at) ?? stops.find((one) => one.hasAttribute("aria-current")) ?? stops[0];
  for (const one of rail.querySelectorAll<HTMLElement>("a, button")) one.tabIndex = one === only ? 0 : -1;
}

/** Goes by an arrow, Home or End; says whether there was somewhere to go. */
export function walk(rail: HTMLElement, at: HTMLElement, key: string): boolean {
  const section = at.closest<HTMLElement>("li.rail-section");
  const places = placesOf(section);
  const among = places.includes(at) ? places : stopsOf(rail);
  if (key === "ArrowRight" && among !== places) return goTo(places[0]);
  if (["ArrowLeft", "Escape"].includes(key) && among === places)
    return goTo(section?.querySelector<HTMLElement>(":scope > a"));
  const end = ENDS[key];
  const step = stepOf(key);
  if (end !== undefined) return goTo(among.at(end));
  return step !== 0 && goTo(among[among.indexOf(at) + step]);
}

export function stopsOf(rail: HTMLElement): HTMLElement[] {
  return [...rail.querySelectorAll<HTMLElement>(STOPS)];
}

/** Places of a section that are in sight: an open rail shows only those of the section of the page. */
function placesOf(section: HTMLElement | null): HTMLElement[] {
  const items = section?.querySelector<HTMLElement>(":scope > .rail-items");
  if (!items || getComputedStyle(items).display === "none") return [];
  return [...items.querySelectorAll<HTMLElement>("a")];
}

function goTo(element: HTMLElement | null | undefined): boolean {
  element?.focus();
  return Boolean(element);
}
