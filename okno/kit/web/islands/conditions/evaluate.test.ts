import { describe, expect, it } from "vitest";
import table from "../../../conditions/vectors.json";
import { type Context, matches, type Row, type Shape } from "./evaluate";

interface Vector extends Partial<Context> {
  name: string;
  row: Row;
  tree: unknown;
  is: boolean;
  before?: Row;
}

const shape = table.records as unknown as Shape;
// What asks for a change has no answer in a form: there is no "before".
const vectors = (table.vectors as unknown as Vector[]).filter((vector) => vector.before === undefined);

describe("matches", () => {
  it.each(vectors.map((vector) => [vector.name, vector] as const))(
    "agrees with the table: %s",
    (_name, vector) => {
      const { at, zone, me, department, subtree } = { ...table.default, ...vector };

      expect(
        matches(vector.tree, shape, table.record, vector.row, { at, zone, me, department, subtree }),
      ).toBe(vector.is);
    },
  );
});
