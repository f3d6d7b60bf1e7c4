import { expect, test } from "vitest";
import { chartOptions, fitted } from "./chart-options";

const DATA = {
  labels: ["a", "b"],
  series: [
    { name: "one", values: [1, 2], stage: 3 },
    { name: "two", values: [3, 4] },
  ],
};

test("series are painted in stage colours, the chosen one first", () => {
  expect(chartOptions("bar", DATA, (name) => name).color).toEqual(["stage-3", "stage-2"]);
});

test("stacked bars share a stack and lines are lines", () => {
  const stacked = chartOptions("stacked", DATA, (name) => name).series as { type: string; stack?: string }[];
  const lines = chartOptions("line", DATA, (name) => name).series as { type: string; stack?: string }[];
  expect(stacked.map((one) => [one.type, one.stack])).toEqual([
    ["bar", "all"],
    ["bar", "all"],
  ]);
  expect(lines.map((one) => [one.type, one.stack])).toEqual([
    ["line", undefined],
    ["line", undefined],
  ]);
});

test("a pie takes the first series by label", () => {
  const [pie] = chartOptions("pie", DATA, (name) => name).series as { data: unknown }[];
  expect(pie?.data).toEqual([
    { name: "a", value: 1 },
    { name: "b", value: 2 },
  ]);
});

test("bubbles lie where they are told, lead where they say and hold no HTML", () => {
  const point = { label: "<b>Тара</b>", x: 40, y: -5, size: 4, told: "Продажи: 10", url: "/there/" };
  const data = {
    labels: [],
    series: [{ name: "Собаки", values: [], stage: 1, points: [point] }],
    axes: { x: { name: "Доля", bound: 50 }, y: { name: "Рост", bound: 0 } },
  };
  const [dogs] = chartOptions("bubble", data, (name) => name).series as {
    data: { value: number[]; url: string; symbolSize: number; tooltip: { formatter: () => HTMLElement } }[];
    markLine: { data: unknown };
  }[];
  const drawn = dogs?.data[0];

  expect([drawn?.value, drawn?.url, drawn?.symbolSize]).toEqual([[40, -5], "/there/", 36]);
  expect(dogs?.markLine.data).toEqual([{ xAxis: 50 }, { yAxis: 0 }]);
  expect(drawn?.tooltip.formatter().textContent).toContain("<b>Тара</b>");
});

test("parts of a pie are named above it on a narrow screen", () => {
  const options = chartOptions("pie", DATA, (name) => name);

  expect(options).toMatchObject({ legend: { show: false } });
  expect(fitted("pie", DATA, options)).toMatchObject({
    media: [{ option: { legend: { show: true }, series: [{ label: { show: false } }] } }],
  });
});

test("a few bars are all named on a narrow screen; many bars and lines are left to the library", () => {
  const asked = (kind: "bar" | "line", labels: string[]) => fitted(kind, { labels, series: [] }, {});
  const many = Array.from({ length: 31 }, (_, day) => String(day));

  expect(asked("bar", ["Потенциальный", "Постоянный"])).toMatchObject({
    media: [{ option: { xAxis: { axisLabel: { interval: 0 } } } }],
  });
  expect([asked("bar", many), asked("line", ["a"])]).toEqual([{}, {}]);
});
