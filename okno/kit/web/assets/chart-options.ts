// Turns the server's figures into ECharts options in the colours of the page.
import { type Axes, type Bubble, bubbles } from "./bubble-options";

export type ChartKind = "line" | "bar" | "stacked" | "pie" | "bubble";

export interface ChartData {
  labels: string[];
  series: { name: string; values: number[]; stage?: number; points?: Bubble[] }[];
  urls?: string[];
  axes?: Axes;
}

type Colour = (name: string) => string;

/** So many bars keep their names on a phone, aslant; of more only some are named. */
const MOST_NAMED = 8;
const NARROW_PX = 480;

/** Neighbouring series have to differ also for people who do not tell red from green. */
const ORDER = [4, 2, 6, 11, 9, 3, 8, 12, 5, 10, 7, 1];

export function chartOptions(kind: ChartKind, data: ChartData, colour: Colour): Record<string, unknown> {
  const series = data.series ?? [];
  const paint = series.map((one, index) => colour(`stage-${one.stage ?? ORDER[index % ORDER.length]}`));
  const shown = new Intl.NumberFormat(document.documentElement.lang || undefined);
  const brief = new Intl.NumberFormat(document.documentElement.lang || undefined, { notation: "compact" });
  const short = (value: number) => brief.format(value);
  const number = (value: unknown) => (typeof value === "number" ? shown.format(value) : "");
  // The width of labels is measured on a canvas, which knows no "inherit".
  const fontFamily = getComputedStyle(document.body).fontFamily;
  const words = { color: colour("ink-2"), fontSize: 12, fontFamily };
  return {
    animationDuration: 150,
    textStyle: { fontFamily },
    color:
      kind === "pie" ? data.labels.map((_, index) => colour(`stage-${ORDER[index % ORDER.length]}`)) : paint,
    tooltip: {
      trigger: kind === "pie" || kind === "bubble" ? "item" : "axis",
      backgroundColor: colour("raised"),
      borderColor: colour("line"),
      textStyle: { color: colour("ink"), fontSize: 12 },
      confine: true,
      valueFormatter: number,
    },
    ...(series.length > 1 && { legend: legend(words, colour) }),
    ...rest(kind, data, words, colour, short),
  };
}

/** One line, so that on a phone it never lies over the figures; arrows show the rest. */
function legend(words: object, colour: Colour): Record<string, unknown> {
  return {
    type: "scroll",
    top: 0,
    left: 0,
    itemWidth: 10,
    itemHeight: 10,
    textStyle: words,
    pageTextStyle: words,
    pageIconColor: colour("ink-2"),
    pageIconSize: 10,
  };
}

/** The same chart on a phone: what each of a few bars or parts is stays readable. */
export function fitted(
  kind: ChartKind,
  data: ChartData,
  options: Record<string, unknown>,
): Record<string, unknown> {
  const media = (option: object) => ({
    baseOption: options,
    media: [{ query: { maxWidth: NARROW_PX }, option }],
  });
  // There is no room for names beside the circle: they would be three dots.
  if (kind === "pie") return media({ legend: { show: true }, series: [{ label: { show: false } }] });
  const named = (kind === "bar" || kind === "stacked") && data.labels.length <= MOST_NAMED;
  if (!named) return options;
  return media({ xAxis: { axisLabel: { interval: 0, rotate: 35, width: 110, overflow: "truncate" } } });
}

function rest(
  kind: ChartKind,
  data: ChartData,
  words: object,
  colour: Colour,
  short: (value: number) => string,
): Record<string, unknown> {
  if (kind === "pie") return pie(data, words, legend(words, colour));
  if (kind === "bubble" && data.axes) return bubbles(data.series, data.axes, words, grounds(colour), short);
  return axes(kind, data, words, colour("line"), short);
}

function grounds(colour: Colour): { line: string; bound: string; ground: string } {
  return { line: colour("line"), bound: colour("ink-2"), ground: colour("surface") };
}

function axes(
  kind: ChartKind,
  data: ChartData,
  words: object,
  line: string,
  number: (value: number) => string,
): Record<string, unknown> {
  return {
    grid: { left: 4, right: 8, top: data.series.length > 1 ? 30 : 10, bottom: 4, containLabel: true },
    xAxis: {
      type: "category",
      data: data.labels,
      axisLabel: words,
      axisLine: { lineStyle: { color: line } },
      axisTick: { show: false },
    },
    yAxis: {
      type: "value",
      axisLabel: { ...words, formatter: number },
      splitLine: { lineStyle: { color: line } },
    },
    series: data.series.map((one) => ({
      name: one.name,
      type: kind === "line" ? "line" : "bar",
      data: one.values,
      barMaxWidth: 36,
      symbolSize: 6,
      // Two months of days are a line, not a string of beads.
      showSymbol: data.labels.length <= 31,
      ...(kind === "stacked" && { stack: "all" }),
    })),
  };
}

function pie(data: ChartData, words: object, named: object): Record<string, unknown> {
  const values = data.series[0]?.values ?? [];
  return {
    legend: { ...named, show: false },
    series: [
      {
        type: "pie",
        radius: ["52%", "78%"],
        label: words,
        data: data.labels.map((name, index) => ({ name, value: values[index] })),
      },
    ],
  };
}
