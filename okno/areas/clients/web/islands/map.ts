// Clients on a map: points from the page, finer ones from the server as one looks closer.
import { Controller } from "@hotwired/stimulus";
import type { CircleMarker, LayerGroup, Map as LeafletMap } from "leaflet";
import "./map.css";

export type Point = {
  lat: number;
  lng: number;
  count: number;
  name: string;
  note: string;
  url: string;
  exact: boolean;
};
type Leaflet = typeof import("leaflet");

const CLOSEST = 17;
const CLOSER_BY = 3;
const FEWEST_TOGETHER = 2;

export default class ClientMap extends Controller<HTMLElement> {
  static override targets = ["canvas"];
  static override values = { url: String, tiles: String, attribution: String, source: String };
  declare readonly canvasTarget: HTMLElement;
  declare readonly urlValue: string;
  declare readonly tilesValue: string;
  declare readonly attributionValue: string;
  declare readonly sourceValue: string;

  private leaflet?: Leaflet;
  private map?: LeafletMap;
  private layer?: LayerGroup;
  private asked = 0;

  override async connect(): Promise<void> {
    this.leaflet = await loadLeaflet();
    if (!this.element.isConnected) return;
    const points = this.first();
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const options = { maxZoom: CLOSEST, attributionControl: Boolean(this.tilesValue) };
    this.map = this.leaflet.map(this.canvasTarget, {
      ...options,
      zoomAnimation: !still,
      fadeAnimation: !still,
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
  }

  override disconnect(): void {
    this.map?.remove();
  }

  private first(): Point[] {
    return JSON.parse(document.getElementById(this.sourceValue)?.textContent ?? "[]") as Point[];
  }

  private look(points: Point[]): void {
    if (points.length === 0) this.map?.setView([60, 60], 3);
    else
      this.map?.fitBounds(
        points.map((one) => [one.lat, one.lng]),
        { padding: [30, 30], maxZoom: 14 },
      );
  }

  private async refine(): Promise<void> {
    const edges = this.map?.getBounds();
    if (!edges) return;
    this.asked += 1;
    const mine = this.asked;
    const url = new URL(this.urlValue, window.location.href);
    url.searchParams.set("box", edges.toBBoxString());
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok || mine !== this.asked || !this.element.isConnected) return;
    this.draw(((await answer.json()) as { points: Point[] }).points);
  }

  private closer(one: Point): void {
    const zoom = (this.map?.getZoom() ?? 4) + CLOSER_BY;
    this.map?.setView([one.lat, one.lng], Math.min(zoom, CLOSEST));
  }

  private draw(points: Point[]): void {
    this.layer?.clearLayers();
    for (const one of points) this.mark(one)?.addTo(this.layer as LayerGroup);
  }

  private mark(one: Point): CircleMarker | undefined {
    const shape = { radius: radiusOf(one.count), className: classOf(one), weight: 2 };
    const mark = this.leaflet?.circleMarker([one.lat, one.lng], shape);
    if (one.count < FEWEST_TOGETHER) {
      mark?.bindTooltip(tipOf(one), { direction: "top" });
      mark?.on("click", () => window.location.assign(one.url));
    } else {
      const label = countOf(one, !this.tilesValue);
      mark?.bindTooltip(label, { permanent: true, direction: "center", className: "map-count" });
      mark?.on("click", () => this.closer(one));
    }
    return mark;
  }
}

/** The library comes only where a map is. */
function loadLeaflet(): Promise<Leaflet> {
  return import("leaflet");
}

/** Larger for more of them, by the number of its digits rather than by itself. */
export function radiusOf(count: number): number {
  return count < FEWEST_TOGETHER ? 7 : Math.min(12 + Math.log10(count) * 8, 32);
}

/** A full point stands at the house, a hollow one somewhere near. */
export function classOf(one: Point): string {
  if (one.count >= FEWEST_TOGETHER) return "map-point map-many";
  return one.exact ? "map-point" : "map-point map-near";
}

/** How many stand there; on an empty field, also in which town most of them are. */
export function countOf(one: Point, isNamed: boolean): HTMLElement {
  const label = document.createElement("span");
  label.textContent = String(one.count);
  if (isNamed && one.note) {
    const town = document.createElement("small");
    town.textContent = one.note;
    label.append(town);
  }
  return label;
}

/** What a point is, as text: names come from people. */
export function tipOf(one: Point): HTMLElement {
  const tip = document.createElement("span");
  tip.textContent = one.note ? `${one.name}, ${one.note}` : one.name;
  return tip;
}
