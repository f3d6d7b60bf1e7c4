// Where a field named in a condition lives in a row of a form, and its value in one form.

import { readDay, readMoment } from "./moments";

export type Row = Record<string, unknown>;
export type Family = "text" | "phone" | "number" | "date" | "moment" | "boolean" | "choice" | "link" | "json";
export interface FieldShape {
  kind: string;
  many?: boolean;
  link?: string;
  options?: [string, string][];
}
export type Shape = Record<string, { fields: Record<string, FieldShape>; relations: Record<string, string> }>;
export interface Place {
  key: string;
  family: Family;
  field: FieldShape;
}
const FAMILIES: Record<string, Family> = {
  text: "text",
  long_text: "text",
  email: "text",
  address: "text",
  phone: "phone",
  integer: "number",
  decimal: "number",
  money: "number",
  date: "date",
  moment: "moment",
  boolean: "boolean",
  choice: "choice",
  link: "link",
  person: "link",
  json: "json",
};
export function fold(text: string, family: Family): string {
  return family === "phone" ? text.replace(/[^0-9]/g, "") : text.toLowerCase().replaceAll("ё", "е");
}

export function isText(place: Place): boolean {
  return place.family === "text" || place.family === "phone";
}

/** The record and the rest of a key behind the link before its first dot. */
export function stepThrough(shape: Shape, record: string, key: string): [string, string] | null {
  const dot = key.indexOf(".");
  const link = shape[record]?.fields[key.slice(0, dot)];
  const isLink = dot > 0 && link?.link && !link.many && !key.startsWith("x_") && link.link in shape;
  return isLink ? [link.link as string, key.slice(dot + 1)] : null;
}

export function placeOf(shape: Shape, record: string, key: string): Place | null {
  const field = shape[record]?.fields[key];
  if (field) return { key, field, family: FAMILIES[field.kind] ?? "json" };
  const step = stepThrough(shape, record, key);
  const inner = step && placeOf(shape, step[0], step[1]);
  return inner && { ...inner, key };
}

/** The value of a field of a row in the form it is compared; null when it is empty. */
export function scalarAt(row: Row, place: Place): string | number | boolean | null {
  const raw = rawOf(row, place.key);
  if (isEmpty(raw)) return null;
  return place.family === "json" ? true : scalarOf(raw, place.family);
}

/** The values of a field that has many; null when there are none. */
export function itemsOf(row: Row, place: Place): (string | number | boolean)[] | null {
  const raw = rawOf(row, place.key);
  const items = (Array.isArray(raw) ? raw : []).map((item) => scalarOf(item, place.family));
  const filled = items.filter((item) => item !== null);
  return filled.length > 0 ? filled : null;
}

export function rawOf(row: Row, key: string): unknown {
  if (key in row) return row[key];
  const dot = key.indexOf(".");
  const inner = dot > 0 ? row[key.slice(0, dot)] : null;
  return typeof inner === "object" && inner !== null ? rawOf(inner as Row, key.slice(dot + 1)) : null;
}

function isEmpty(raw: unknown): boolean {
  if (raw === null || raw === undefined || raw === "") return true;
  return typeof raw === "object" && Object.keys(raw).length === 0;
}

function scalarOf(raw: unknown, family: Family): string | number | boolean | null {
  const told = raw as Row;
  const plain = typeof raw === "object" && raw !== null ? (family === "link" ? told.id : told.a) : raw;
  switch (family) {
    case "number":
      return Number.isFinite(Number(plain)) && plain !== "" && plain !== null ? String(plain) : null;
    case "date":
      return readDay(String(raw).slice(0, 10));
    case "moment":
      return readMoment(String(raw), "UTC");
    case "link":
      return /^\d+$/.test(String(plain)) ? Number(plain) : null;
    case "boolean":
      return typeof raw === "boolean" ? raw : null;
    default:
      return String(raw);
  }
}
