// Days and moments of a condition: days are counted from 1970-01-01, moments are microseconds of UTC.

const DAY_MS = 86_400_000;
const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;
const MOMENT = /^(\d{4}-\d\d-\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(Z|[+-]\d\d:\d\d)?$/;
const RELATIVE =
  /^(now|today|yesterday|tomorrow|(?:start|end)_of_(?:week|month|quarter|year))?((?:[+-]\d{1,4}(?:min|h|d|w|m|q|y))*)$/;
const STEP = /([+-]\d+)(min|h|d|w|m|q|y)/g;
const MONTHS: Record<string, number> = { m: 1, q: 3, y: 12, month: 1, quarter: 3, year: 12 };

/** A whole day, or an exact moment in milliseconds of UTC. */
export type When = { day: number } | { ms: number };

/** The number of a day `YYYY-MM-DD`; null when there is no such day. */
export function readDay(text: string): number | null {
  const found = DAY.exec(text);
  if (!found) return null;
  const [year, month, day] = found.slice(1).map(Number) as [number, number, number];
  const number = dayOf(year, month, day);
  return year > 0 && month <= 12 && dateOf(number).day === day && dateOf(number).month === month
    ? number
    : null;
}

/** Microseconds of a moment of ISO 8601; one without an offset is local time of the zone. */
export function readMoment(text: string, zone: string): number | null {
  const found = MOMENT.exec(text);
  const day = found ? readDay(found[1] as string) : null;
  if (!found || day === null) return null;
  const [hours, minutes, seconds] = [found[2], found[3], found[4] ?? "0"].map(Number) as [
    number,
    number,
    number,
  ];
  if (hours > 23 || minutes > 59 || seconds > 59) return null;
  const local = day * DAY_MS + hours * 3_600_000 + minutes * 60_000 + seconds * 1000;
  const offset = found[6];
  const ms = offset === undefined ? toUtc(local, zone) : local - offsetOf(offset);
  return ms * 1000 + Number((found[5] ?? "").padEnd(6, "0"));
}

/** The moment a day begins, in microseconds: at midnight, or when the clock was put forward over midnight. */
export function dayStart(day: number, zone: string): number {
  return toUtc(day * DAY_MS, zone) * 1000;
}

/** The day of a moment in the zone. */
export function dayAt(micros: number, zone: string): number {
  const ms = Math.floor(micros / 1000);
  return Math.floor((ms + offsetAt(ms, zone)) / DAY_MS);
}

/** What a relative text means now; null when it is none, or leads beyond the years 1–9999. */
export function relative(text: string, at: string, zone: string): When | null {
  const found = RELATIVE.exec(text);
  if (!found || !text) return null;
  const now = Math.floor((readMoment(at, zone) ?? 0) / 1000);
  const steps = [...(found[2] ?? "").matchAll(STEP)];
  const isMoment = found[1] === "now" || (!found[1] && /^(min|h)$/.test(steps[0]?.[2] ?? ""));
  let when: When | null = isMoment
    ? { ms: now }
    : { day: anchored(found[1] ?? "today", dayAt(now * 1000, zone)) };
  for (const [, number, unit] of steps) {
    when = when && moved(when, Number(number), unit as string, zone);
  }
  return when;
}

export function isRelative(text: string): boolean {
  return text !== "" && RELATIVE.test(text);
}

function anchored(name: string, today: number): number {
  if (name === "yesterday") return today - 1;
  if (name === "tomorrow") return today + 1;
  const [side, , period] = name.split("_");
  if (!period) return today;
  if (period === "week") return today - ((today + 3) % 7) + (side === "start" ? 0 : 6);
  const length = MONTHS[period] as number;
  const { year, month } = dateOf(today);
  const first = dayOf(year, Math.floor((month - 1) / length) * length + 1, 1);
  return side === "start" ? first : (addMonths(first, length) as number) - 1;
}

function moved(when: When, number: number, unit: string, zone: string): When | null {
  if (unit === "min" || unit === "h") {
    const ms = "ms" in when ? when.ms : dayStart(when.day, zone) / 1000;
    return { ms: ms + number * (unit === "h" ? 3_600_000 : 60_000) };
  }
  if ("day" in when) {
    const day = movedDay(when.day, number, unit);
    return day === null ? null : { day };
  }
  const local = when.ms + offsetAt(when.ms, zone);
  const start = Math.floor(local / DAY_MS);
  const day = movedDay(start, number, unit);
  return day === null ? null : { ms: toUtc(day * DAY_MS + (local - start * DAY_MS), zone) };
}

function movedDay(day: number, number: number, unit: string): number | null {
  const months = MONTHS[unit];
  const found = months ? addMonths(day, number * months) : day + number * (unit === "w" ? 7 : 1);
  return found !== null && isKnown(dateOf(found).year) ? found : null;
}

function isKnown(year: number): boolean {
  return year >= 1 && year <= 9999;
}

function addMonths(day: number, number: number): number | null {
  const date = dateOf(day);
  const months = date.year * 12 + date.month - 1 + number;
  const [year, month] = [Math.floor(months / 12), (months % 12) + 1];
  if (!isKnown(year)) return null;
  const last = dateOf(dayOf(year, month + 1, 1) - 1).day;
  return dayOf(year, month, Math.min(date.day, last));
}

function dayOf(year: number, month: number, day: number): number {
  // Date.UTC would take the years 0–99 for those of the twentieth century.
  return new Date(0).setUTCFullYear(year, month - 1, day) / DAY_MS;
}

function dateOf(day: number): { year: number; month: number; day: number } {
  const date = new Date(day * DAY_MS);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

function offsetOf(text: string): number {
  if (text === "Z") return 0;
  const [hours, minutes] = text.slice(1).split(":").map(Number) as [number, number];
  return (hours * 60 + minutes) * 60_000 * (text.startsWith("-") ? -1 : 1);
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** How far the clock of the zone is ahead of UTC at a moment, in milliseconds. */
function offsetAt(ms: number, zone: string): number {
  let clock = clocks.get(zone);
  if (!clock) {
    const shown = {
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    } as const;
    clock = new Intl.DateTimeFormat("en-US", {
      ...shown,
      second: "numeric",
      timeZone: zone,
      hourCycle: "h23",
      era: "short",
    });
    clocks.set(zone, clock);
  }
  const parts = Object.fromEntries(clock.formatToParts(ms).map((part) => [part.type, part.value]));
  const day = dayOf(Number(parts.year), Number(parts.month), Number(parts.day));
  const seconds = Number(parts.hour) * 3600 + Number(parts.minute) * 60 + Number(parts.second);
  return day * DAY_MS + seconds * 1000 - Math.floor(ms / 1000) * 1000;
}

/** UTC of a local time: of two when clocks are put back the first, of none when put forward as if they were not yet. */
function toUtc(local: number, zone: string): number {
  const before = offsetAt(local - DAY_MS, zone);
  const after = offsetAt(local + DAY_MS, zone);
  const early = local - before;
  if (before === after || offsetAt(early, zone) === before) return early;
  return offsetAt(local - after, zone) === after ? local - after : early;
}
