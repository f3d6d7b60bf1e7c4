// A condition judged in the browser, for what a form shows and asks: the same answers as the server gives.

import { type Bound, bind, bindValues, type Context, type Span, valuesOf } from "./binding";
import { compareDecimals } from "./decimals";

import {
  fold,
  isText,
  itemsOf,
  type Place,
  type Row,
  rawOf,
  type Shape,
  scalarAt,
  stepThrough,
} from "./fields";

export type { Context } from "./binding";
export type { Row, Shape } from "./fields";

type Scalar = string | number | boolean;
const QUANTIFIERS = ["some", "every", "none", "count"];

/** Whether a row of a record holds a condition; what is broken is false, and its negation too. */
export function matches(tree: unknown, shape: Shape, record: string, row: Row, context: Context): boolean {
  return new Judge(shape, record, context).is(tree, row, true);
}

class Judge {
  constructor(
    private readonly shape: Shape,
    private readonly record: string,
    private readonly context: Context,
  ) {}

  /** Negation goes down to the leaves, so a broken leaf is false on both sides of it. */
  is(tree: unknown, row: Row, wanted: boolean): boolean {
    const node = tree as Row;
    if ("not" in node) return this.is(node.not, row, !wanted);
    const parts = node.all ?? node.any;
    if (Array.isArray(parts)) {
      const isEvery = "all" in node === wanted;
      return isEvery
        ? parts.every((part) => this.is(part, row, wanted))
        : parts.some((part) => this.is(part, row, wanted));
    }
    return ("field" in node ? this.leaf(node, row) : this.related(node, row)) === wanted;
  }

  /** Every broken leaf makes this null, which is neither true nor false. */
  private leaf(leaf: Row, row: Row): boolean | null {
    const bound = bind(this.shape, this.record, leaf, this.context);
    if (!bound) return null;
    const now = bound.place.field.many ? itemsOf(row, bound.place) : scalarAt(row, bound.place);
    if (bound.op === "empty" || bound.op === "not_empty") return (now === null) === (bound.op === "empty");
    return now !== null && compare(bound, row, now);
  }

  private related(node: Row, row: Row): boolean | null {
    const quantifier = QUANTIFIERS.find((name) => name in node) ?? "";
    const key = String(node[quantifier]);
    const record = this.relation(this.record, key);
    if (!record) return null;
    const inner = new Judge(this.shape, record, this.context);
    const where = node.where ?? { all: [] };
    if (inner.isBroken(where)) return null;
    const rows = (rawOf(row, key) ?? []) as Row[];
    const held = rows.filter((one) => inner.is(where, one, true)).length;
    if (quantifier === "some") return held > 0;
    if (quantifier === "every") return held === rows.length;
    if (quantifier === "none") return held === 0;
    const count: Place = { key, family: "number", field: { kind: "integer" } };
    const bound = bindValues(this.shape, this.record, count, String(node.op), valuesOf(node), this.context);
    return bound && compare(bound, row, String(held));
  }

  private relation(record: string, key: string): string | null {
    const known = this.shape[record]?.relations[key];
    if (known) return known in this.shape ? known : null;
    const step = stepThrough(this.shape, record, key);
    return step && this.relation(step[0], step[1]);
  }

  private isBroken(tree: unknown): boolean {
    const node = tree as Row;
    if ("not" in node) return this.isBroken(node.not);
    const parts = node.all ?? node.any;
    if (Array.isArray(parts)) return parts.some((part) => this.isBroken(part));
    return ("field" in node ? this.leaf(node, {}) : this.related(node, {})) === null;
  }
}

function compare(bound: Bound, row: Row, now: Scalar | Scalar[]): boolean {
  const against = bound.operands.map((operand) => operand(row));
  const points = against.flat();
  const [low, high] = [points[0], points[points.length - 1]];
  const order = orderOf(bound.place);
  const isNegative = bound.op === "ne" || bound.op === "not_contains";
  if (isNegative && points.length === 0) return false;
  if (Array.isArray(now)) return compareMany(bound.op, now, points, order);
  const left = typeof now === "string" && isText(bound.place) ? fold(now, bound.place.family) : now;
  if (bound.op === "between") {
    const isWhole = against.every((spans) => spans.length > 0) && low && high;
    return Boolean(isWhole && TESTS.ge?.(left, low, order) && TESTS.le?.(left, high, order));
  }
  const positive = POSITIVE[bound.op];
  const test = TESTS[positive ?? bound.op];
  return points.some((point) => test?.(left, point, order)) !== (positive !== undefined);
}

function compareMany(op: string, now: Scalar[], points: Span[], order: Order): boolean {
  const hasOne = (point: Span): boolean => now.some((item) => order(item, point.low) === 0);
  if (op === "all_of") return points.length > 0 && points.every(hasOne);
  return points.some(hasOne) !== op.startsWith("not_");
}

type Order = (left: Scalar, right: Scalar) => number;

function orderOf(place: Place): Order {
  if (place.family === "number") return (left, right) => compareDecimals(String(left), String(right));
  return (left, right) => (left < right ? -1 : left > right ? 1 : 0);
}

const POSITIVE: Record<string, string> = { ne: "eq", not_in: "eq", not_contains: "contains" };
const equal = (left: Scalar, span: Span, order: Order): boolean =>
  span.high === undefined
    ? order(left, span.low) === 0
    : order(left, span.low) >= 0 && order(left, span.high) < 0;
const atMost = (left: Scalar, span: Span, order: Order): boolean =>
  span.high === undefined ? order(left, span.low) <= 0 : order(left, span.high) < 0;
const TESTS: Record<string, (left: Scalar, span: Span, order: Order) => boolean> = {
  eq: equal,
  in: equal,
  contains: (left, span) => String(left).includes(String(span.low)),
  starts: (left, span) => String(left).startsWith(String(span.low)),
  gt: (left, span, order) => !atMost(left, span, order),
  ge: (left, span, order) => order(left, span.low) >= 0,
  lt: (left, span, order) => order(left, span.low) < 0,
  le: atMost,
};
