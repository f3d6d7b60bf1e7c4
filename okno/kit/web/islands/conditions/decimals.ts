// Numbers of a condition compared exactly: a browser's own numbers lose digits that money has.

const WRITTEN = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i;
const LARGEST_EXPONENT = 400;

interface Scaled {
  digits: bigint;
  scale: number;
}

/** Whether a text is a number that the language understands. */
export function isNumber(text: string): boolean {
  return /^-?\d{1,40}(\.\d{1,40})?$/.test(text);
}

/** -1, 0 or 1; both texts are numbers, with an exponent or without. */
export function compareDecimals(left: string, right: string): number {
  const [one, other] = [scaled(left), scaled(right)];
  const scale = Math.max(one.scale, other.scale);
  const a = one.digits * 10n ** BigInt(scale - one.scale);
  const b = other.digits * 10n ** BigInt(scale - other.scale);
  return a < b ? -1 : a > b ? 1 : 0;
}

function scaled(text: string): Scaled {
  const [, sign = "", whole = "0", fraction = "", exponent = "0"] = WRITTEN.exec(text) ?? [];
  const shift = Math.max(-LARGEST_EXPONENT, Math.min(LARGEST_EXPONENT, Number(exponent)));
  const digits = BigInt(`${sign}${whole}${fraction}`);
  const scale = fraction.length - shift;
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}
