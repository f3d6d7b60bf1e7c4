// A chart from the data beside it; colours come from the tokens, so it changes with the theme.
import { Controller } from "@hotwired/stimulus";
import type { EChartsType } from "echarts/core";
import { type ChartData, type ChartKind, chartOptions, fitted } from "../assets/chart-options";

export default class Chart extends Controller<HTMLElement> {
  static override targets = ["canvas"];
  static override values = { kind: String, source: String };
  declare readonly canvasTarget: HTMLElement;
  declare readonly kindValue: ChartKind;
  declare readonly sourceValue: string;

  private chart?: EChartsType;
  private observer?: ResizeObserver;

  override async connect(): Promise<void> {
    const { init } = await import("../assets/echarts");
    if (!this.element.isConnected) return;
    this.chart = init(this.canvasTarget, undefined, { renderer: "svg" });
    this.chart.on("click", (point) => this.open(point.dataIndex, point.data));
    this.draw();
    this.observer = new ResizeObserver(() => this.chart?.resize());
    this.observer.observe(this.canvasTarget);
    document.addEventListener("theme:changed", this.draw);
  }

  override disconnect(): void {
    document.removeEventListener("theme:changed", this.draw);
    this.observer?.disconnect();
    this.chart?.dispose();
  }

  private readonly draw = (): void => {
    const colour = (name: string) => shownColour(this.element, name);
    const { figures, kindValue: kind } = this;
    this.chart?.setOption(fitted(kind, figures, chartOptions(kind, figures, colour)), true);
  };

  private open(index: number, data: unknown): void {
    const url = (data as { url?: string } | undefined)?.url ?? this.figures.urls?.[index];
    if (url) window.location.assign(url);
  }

  private get figures(): ChartData {
    return JSON.parse(document.getElementById(this.sourceValue)?.textContent ?? "{}") as ChartData;
  }
}

/** A token as the browser paints it: light-dark() is resolved only in a real property. */
function shownColour(near: HTMLElement, name: string): string {
  const probe = document.createElement("i");
  probe.hidden = true;
  probe.className = name.startsWith("stage-") ? name : "";
  probe.style.color = name.startsWith("stage-") ? "var(--stage)" : `var(--${name})`;
  near.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
