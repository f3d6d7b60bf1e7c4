// Rows on a map: points from the page, finer ones from the server as one looks closer.
import { Controller } from "@hotwired/stimulus";
import type { CircleMarker, LayerGroup, Map as LeafletMap } from "leaflet";
import {
  apart,
  button,
  type Circle,
  classOf,
  countOf,
  FEWEST_TOGETHER,
  isSpread,
  link,
  nearest,
  type Point,
  radiusOf,
  rowsOf,
  tipOf,
  toReach,
} from "../assets/map-points";
import { text } from "../assets/page";

type Leaflet = typeof import("../assets/leaflet");

const CLOSEST = 17;
// Cells of which the server puts rows together are as wide as a circle, in pixels.
const CELL = 44;
const MOST_ACROSS = 36;
const TRY_MS = 60;
const MOST_TRIES = 25;
const CLOSER_BY = 3;

export default class RowMap extends Controller<HTMLElement> {
  static override targets = ["canvas"];
  static override values = {
    url: String,
    list: String,
    way: String,
    tiles: String,
    attribution: String,
    source: String,
  };
  declare readonly canvasTarget: HTMLElement;
  declare readonly urlValue: string;
  declare readonly listValue: string;
  declare readonly wayValue: string;
  declare readonly tilesValue: string;
  declare readonly attributionValue: string;
  declare readonly sourceValue: string;

  private leaflet?: Leaflet;
  private map?: LeafletMap;
  private layer?: LayerGroup;
  private asked = 0;
  private readonly elements = new Map<Element, Circle>();

  override async connect(): Promise<void> {
    this.leaflet = await import("../assets/leaflet");
    if (!this.element.isConnected) return;
    const points = this.first();
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const options = { maxZoom: CLOSEST, attributionControl: Boolean(this.tilesValue) };
    this.map = this.leaflet.map(this.canvasTarget, {
      ...options,
      zoomAnimation: !still,
      fadeAnimation: !still,
      // Tiles are sharp at whole steps only; an empty field takes any, and shows all it can on a phone.
      zoomSnap: this.tilesValue ? 1 : 0.25,
    });
    if (this.tilesValue) {
      const credit = document.createElement("span");
      credit.textContent = this.attributionValue;
      this.leaflet
        .tileLayer(this.tilesValue, { attribution: credit.innerHTML, maxZoom: CLOSEST })
        .addTo(this.map);
    }
    this.layer = this.leaflet.layerGroup().addTo(this.map);
    this.look(points);
    this.draw(points);
    this.map.on("moveend", () => void this.refine());
    if (this.across < MOST_ACROSS) await this.refine();
  }

  override disconnect(): void {
    this.map?.remove();
  }

  /** Points of the part that is seen: somebody moved, or there is news. */
  async refine(): Promise<void> {
    const edges = this.map?.getBounds();
    if (!edges) return;
    this.asked += 1;
    const mine = this.asked;
    const url = new URL(this.urlValue, window.location.href);
    url.searchParams.set("box", edges.toBBoxString());
    url.searchParams.set("across", String(this.across));
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok || mine !== this.asked || !this.element.isConnected) return;
    this.draw(((await answer.json()) as { points: Point[] }).points);
  }

  /** How many circles stand side by side on this screen. */
  private get across(): number {
    return Math.min(Math.round(this.canvasTarget.clientWidth / CELL) || 1, MOST_ACROSS);
  }

  private first(): Point[] {
    return JSON.parse(document.getElementById(this.sourceValue)?.textContent ?? "[]") as Point[];
  }

  private look(points: Point[]): void {
    if (points.length === 0) this.map?.setView([60, 60], 3);
    else
      this.map?.fitBounds(
        points.map((one) => [one.lat, one.lng]),
        { paddingTopLeft: [60, 40], paddingBottomRight: [36, 40], maxZoom: 14 },
      );
  }

  private draw(points: Point[]): void {
    const held = this.elements.get(document.activeElement as Element);
    this.layer?.clearLayers();
    this.elements.clear();
    const map = this.map;
    if (!map) return;
    const at = ({ lat, lng }: Point) => map.latLngToLayerPoint([lat, lng]);
    for (const one of apart(points, at, text("and-around"))) this.mark(one);
    // Whoever walks by the keyboard stays where they are when circles are drawn anew.
    if (held) nearest(held, this.elements)?.focus({ preventScroll: true });
  }

  private mark(one: Circle): void {
    const shape = { radius: radiusOf(one.count), className: classOf(one), weight: 2 };
    const mark = this.leaflet?.circleMarker([one.lat, one.lng], shape);
    if (!mark || !this.layer) return;
    const isAlone = one.count < FEWEST_TOGETHER;
    if (isAlone) mark.bindTooltip(tipOf(one), { direction: "top" });
    else {
      const label = countOf(one, !this.tilesValue);
      mark.bindTooltip(label, { permanent: true, direction: "center", className: "map-count" });
    }
    mark.on("click", () => this.open(one));
    mark.addTo(this.layer);
    this.reach(mark, one);
  }

  /** A point is walked to by Tab and opened by Enter, as a link is. */
  private reach(mark: CircleMarker, one: Circle): void {
    const element = mark.getElement();
    if (!element) return;
    this.elements.set(element, one);
    toReach(element, one);
    element.addEventListener("keydown", (event) => {
      if ((event as KeyboardEvent).key !== "Enter") return;
      // The same key press must not go on to the button that opening gives the focus.
      event.preventDefault();
      this.open(one);
    });
  }

  private open(one: Circle): void {
    const [first, ...rest] = one.rows;
    if (first?.url && rest.length === 0) window.location.assign(first.url);
    else this.tell(one);
  }

  private closer(one: Circle): void {
    const zoom = (this.map?.getZoom() ?? 4) + CLOSER_BY;
    this.map?.closePopup();
    this.map?.setView([one.lat, one.lng], Math.min(zoom, CLOSEST));
    this.canvasTarget.focus({ preventScroll: true });
  }

  /** Who stands there, their list, and a closer look where that parts them. */
  private tell(one: Circle): void {
    if (!this.map) return;
    const isParted = isSpread(one) && this.map.getZoom() < CLOSEST;
    const rows = rowsOf(one, [...(isParted ? [this.lens(one)] : []), this.list(one)]);
    this.leaflet?.popup({ maxWidth: 320 }).setLatLng([one.lat, one.lng]).setContent(rows).openOn(this.map);
    focusSoon(rows.querySelector<HTMLElement>("a, button"), MOST_TRIES);
  }

  private lens(one: Circle): HTMLElement {
    return button(text("look-closer"), () => this.closer(one));
  }

  private list(one: Circle): HTMLElement {
    const url = new URL(this.listValue, window.location.href);
    url.searchParams.set("area", `${this.wayValue}:${one.boxes.join(";")}`);
    return link(text("open-list"), url.href);
  }
}

/** Leaflet hides what it shows until it has measured and moved it, and what is hidden takes no focus. */
function focusSoon(link: HTMLElement | null, left: number): void {
  link?.focus();
  if (link && left > 0 && document.activeElement !== link)
    setTimeout(() => focusSoon(link, left - 1), TRY_MS);
}
