// A plane of bubbles: two measures, a size, and a line on each axis that parts the plane in four.

export interface Bubble {
  label: string;
  x: number;
  y: number;
  size: number;
  told: string;
  url?: string;
}

interface Axis {
  name: string;
  bound: number;
}

export interface Axes {
  x: Axis;
  y: Axis;
}

interface Kind {
  name: string;
  points?: Bubble[];
}

const LEAST = 8;
const MORE = 28;

export function bubbles(
  series: Kind[],
  axes: Axes,
  words: object,
  paint: { line: string; bound: string; ground: string },
  number: (value: number) => string,
): Record<string, unknown> {
  const largest = Math.max(1, ...series.flatMap((one) => (one.points ?? []).map((point) => point.size)));
  const side = (axis: Axis, gap: number) => ({
    type: "value",
    // Room for the names of those at the edge.
    boundaryGap: ["5%", "12%"],
    name: axis.name,
    nameLocation: "middle",
    nameGap: gap,
    nameTextStyle: words,
    axisLabel: { ...words, formatter: number, hideOverlap: true },
    splitLine: { lineStyle: { color: paint.line } },
  });
  return {
    // Names of axes stand outside of what the labels take.
    grid: { left: 28, right: 16, top: 40, bottom: 28, containLabel: true },
    xAxis: side(axes.x, 26),
    yAxis: side(axes.y, 46),
    series: series.map((one, index) => ({
      name: one.name,
      type: "scatter",
      // The area of a bubble tells its size, not its width.
      data: (one.points ?? []).map((point) => ({
        name: point.label,
        value: [point.x, point.y],
        symbolSize: LEAST + MORE * Math.sqrt(Math.max(0, point.size) / largest),
        url: point.url,
        tooltip: { formatter: () => said(point) },
      })),
      itemStyle: { opacity: 0.85 },
      // A rim in the colour of the ground: names stay readable over bubbles and lines.
      label: {
        show: true,
        formatter: "{b}",
        position: "top",
        textBorderColor: paint.ground,
        textBorderWidth: 3,
        ...words,
      },
      labelLayout: { hideOverlap: true, moveOverlap: "shiftY" },
      ...(index === 0 && { markLine: bounds(axes, paint.bound) }),
    })),
  };
}

function bounds(axes: Axes, color: string): Record<string, unknown> {
  return {
    silent: true,
    symbol: "none",
    label: { show: false },
    lineStyle: { color, type: "dashed" },
    data: [{ xAxis: axes.x.bound }, { yAxis: axes.y.bound }],
  };
}

/** Names of groups are what people have typed: they are put in as text, not as HTML. */
function said(point: Bubble): HTMLElement {
  const told = document.createElement("div");
  const name = document.createElement("b");
  name.textContent = point.label;
  told.append(name);
  for (const line of point.told.split("\n")) {
    const row = document.createElement("div");
    row.textContent = line;
    told.append(row);
  }
  return told;
}
