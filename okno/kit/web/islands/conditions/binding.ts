// A leaf of a condition tied to its field: values read by the kind of the field, or null when the leaf is broken.

import { isNumber } from "./decimals";
import { type Family, fold, isText, type Place, placeOf, type Row, type Shape, scalarAt } from "./fields";
import { dayAt, dayStart, isRelative, readDay, readMoment, relative, type When } from "./moments";

export interface Context {
  me: number | null;
  department: number | null;
  subtree: number[];
  at: string;
  zone: string;
}
/** A point, or a stretch from `low` up to but without `high`. Numbers are texts of decimals. */
export interface Span {
  low: string | number | boolean;
  high?: number;
}
export interface Bound {
  place: Place;
  op: string;
  operands: ((row: Row) => Span[])[];
}

const TEXT = ["contains", "not_contains", "starts", "eq", "ne", "in", "not_in", "empty", "not_empty"];
const ORDERED = ["eq", "ne", "gt", "ge", "lt", "le", "between", "in", "not_in", "empty", "not_empty"];
const NAMED = ["eq", "ne", "in", "not_in", "empty", "not_empty"];
const OPERATORS: Record<Family, string[]> = {
  text: TEXT,
  phone: TEXT,
  number: ORDERED,
  date: ORDERED,
  moment: ORDERED,
  boolean: ["eq", "ne", "empty", "not_empty"],
  choice: NAMED,
  link: NAMED,
  json: ["empty", "not_empty"],
};
const OF_MANY = ["contains", "not_contains", "in", "not_in", "all_of", "empty", "not_empty"];

/** Tie a leaf to its field; null when the field is gone, the operator is not its own, or a value cannot be read. */
export function bind(shape: Shape, record: string, leaf: Row, context: Context): Bound | null {
  let place = placeOf(shape, record, String(leaf.field));
  if (!place || !(place.field.many ? OF_MANY : OPERATORS[place.family]).includes(String(leaf.op)))
    return null;
  const values = valuesOf(leaf);
  if (values.some(isDepartment)) place = ofDepartment(place, values, String(leaf.op));
  return place && bindValues(shape, record, place, String(leaf.op), values, context);
}

export function bindValues(
  shape: Shape,
  record: string,
  place: Place,
  op: string,
  values: unknown[],
  context: Context,
): Bound | null {
  const operands = values.map((value) => operandOf(shape, record, place, value, context));
  return operands.includes(null) ? null : { place, op, operands: operands as ((row: Row) => Span[])[] };
}

export function valuesOf(leaf: Row): unknown[] {
  if (leaf.op === "empty" || leaf.op === "not_empty") return [];
  return Array.isArray(leaf.value) ? leaf.value : [leaf.value];
}

function isDepartment(value: unknown): boolean {
  return typeof value === "object" && value !== null && "department" in value;
}

function ofDepartment(place: Place, values: unknown[], op: string): Place | null {
  if (!values.every(isDepartment)) return null;
  const needsList = values.some((value) => (value as Row).department === "subtree");
  if (needsList && !["in", "not_in", "all_of"].includes(op)) return null;
  if (place.field.kind === "person") {
    return { key: `${place.key}.department`, family: "link", field: { kind: "link" } };
  }
  return place.field.link?.split(".").pop() === "department" ? place : null;
}

function operandOf(shape: Shape, record: string, place: Place, value: unknown, context: Context) {
  if (typeof value !== "object" || value === null) return constant(fixed(place, value, context));
  const told = value as Row;
  if (typeof told.rel === "string") return relativeOperand(place, told.rel, context);
  if (told.me === true) return place.field.kind === "person" ? constant(ids(context.me)) : null;
  if ("department" in told) {
    return constant(told.department === "subtree" ? ids(...context.subtree) : ids(context.department));
  }
  const other = placeOf(shape, record, String(told.field));
  if (!other || other.family !== place.family || other.field.many || place.field.many) return null;
  return (row: Row) => {
    const found = scalarAt(row, other);
    return found === null
      ? []
      : [{ low: typeof found === "string" && isText(place) ? fold(found, place.family) : found }];
  };
}

function constant(spans: Span[] | null): ((row: Row) => Span[]) | null {
  return spans && (() => spans);
}

function ids(...found: (number | null)[]): Span[] {
  return found.filter((id) => id !== null).map((low) => ({ low }));
}

function relativeOperand(place: Place, text: string, context: Context) {
  if (!["date", "moment"].includes(place.family) || !isRelative(text)) return null;
  const when = relative(text, context.at, context.zone);
  return constant(when ? [spanOf(when, place.family, context.zone)] : []);
}

function spanOf(when: When, family: Family, zone: string): Span {
  if (family === "date") return { low: "day" in when ? when.day : dayAt(when.ms * 1000, zone) };
  if ("ms" in when) return { low: when.ms * 1000 };
  return { low: dayStart(when.day, zone), high: dayStart(when.day + 1, zone) };
}

function fixed(place: Place, raw: unknown, context: Context): Span[] | null {
  if (raw === null || raw === undefined || raw === "") return null;
  const span = READ[place.family](raw, context.zone);
  const options = place.field.options ?? [];
  if (span && options.length > 0 && !options.some(([option]) => option === span.low)) return null;
  return span && [span];
}

const READ: Record<Family, (raw: unknown, zone: string) => Span | null> = {
  text: (raw) => (typeof raw === "string" ? { low: fold(raw, "text") } : null),
  phone: (raw) => (typeof raw === "string" && fold(raw, "phone") ? { low: fold(raw, "phone") } : null),
  number: (raw) => {
    if (typeof raw === "number") return { low: String(raw) };
    return typeof raw === "string" && isNumber(raw) ? { low: raw } : null;
  },
  date: (raw, zone) => whenOf(raw, "date", zone),
  moment: (raw, zone) => whenOf(raw, "moment", zone),
  boolean: (raw) => (typeof raw === "boolean" ? { low: raw } : null),
  choice: (raw) => (typeof raw === "string" || Number.isInteger(raw) ? { low: String(raw) } : null),
  link: (raw) => (/^\d{1,19}$/.test(String(raw)) && typeof raw !== "boolean" ? { low: Number(raw) } : null),
  json: () => null,
};

function whenOf(raw: unknown, family: Family, zone: string): Span | null {
  const day = typeof raw === "string" ? readDay(raw) : null;
  if (day !== null) return spanOf({ day }, family, zone);
  const micros = typeof raw === "string" ? readMoment(raw, zone) : null;
  if (micros === null) return null;
  return { low: family === "date" ? dayAt(micros, zone) : micros };
}
