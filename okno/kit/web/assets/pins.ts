// Rules that keep the first columns of a table in sight: where each stands depends on how wide those before it are.

/** Beside what stays there is room for a column or two of those that are scrolled. */
const LEAST_ROOM_PX = 320;
const WIDE = "@media screen and (width >= 720px)";

/** How many columns stay of those asked for; the first width is that of the column of ticks, which always does. */
export function pinsThatFit(widths: number[], asked: number, room: number): number {
  const fits = (count: number) => sum(widths.slice(0, count + 1)) <= room - LEAST_ROOM_PX;
  const counts = Array.from({ length: Math.max(0, asked - 1) }, (_none, index) => index + 2);
  return Math.max(1, ...counts.filter(fits));
}

/** A rule in a sheet costs nothing per row; the first column has its place from the sheet of the page. */
export function pinRules(widths: number[], count: number): string {
  const later = Array.from({ length: count - 1 }, (_none, index) => index + 3);
  const places = later.flatMap((at) => [
    `${cell(at)}{position:sticky;inset-inline-start:${sum(widths.slice(0, at - 1))}px;z-index:2}`,
    `.list :is(thead,tfoot) > tr > :nth-child(${at}){z-index:4}`,
  ]);
  const edge = `:where(.list-scroll.is-aside) ${cell(count + 1)}{box-shadow:var(--pin-edge)}`;
  return `${WIDE}{${[...places, edge].join("\n")}}`;
}

/** Heads of groups and lines over the whole width are one cell, which is no column. */
function cell(at: number): string {
  return `.list tr > :nth-child(${at}):where(:not([colspan]))`;
}

function sum(widths: number[]): number {
  return widths.reduce((whole, one) => whole + one, 0);
}
