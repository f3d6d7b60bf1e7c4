// What a picker offers: how a choice and a tag are drawn, and what was picked lately.
export interface Found {
  value: string;
  text: string;
  hint?: string;
  star?: boolean;
  colour?: string;
}

const MOST_LATELY = 7;

/** What was picked here lately, the last one first; the server shows those that are still within reach. */
export function lately(url: string): string[] {
  return JSON.parse(localStorage.getItem(`okno:picked:${url}`) ?? "[]") as string[];
}

export function remember(url: string, value: string): void {
  if (!/^\d+$/.test(value)) return;
  const known = lately(url).filter((one) => one !== value);
  localStorage.setItem(`okno:picked:${url}`, JSON.stringify([value, ...known].slice(0, MOST_LATELY)));
}

export function drawOption(found: Found, safe: (text: string) => string): string {
  const hint = found.hint ? `<span class="small soft"> ${safe(found.hint)}</span>` : "";
  const star = found.star ? `<span class="pick-star" aria-hidden="true">★</span> ` : "";
  return `<div class="option">${star}${safe(found.text)}${hint}</div>`;
}

/** Names of tags as they are compared: case, «ё» and spaces do not matter. */
export function folded(name: string): string {
  return name.trim().replace(/\s+/g, " ").toLowerCase().replaceAll("ё", "е");
}

export function drawTag(found: Found, safe: (text: string) => string): string {
  const colour = /^\d+$/.test(found.colour ?? "") ? ` stage-${found.colour}` : "";
  return `<div class="option"><span class="badge-o${colour}">${safe(found.text)}</span></div>`;
}
