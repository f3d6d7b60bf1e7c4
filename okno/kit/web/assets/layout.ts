// Reads a query that was typed on the wrong keyboard layout: «ghbdtn» is «привет», «вуфд» is "deal". The server has
// the same tables in `kit/rows/layouts.py`: letters, capitals among the signs, signs that stand elsewhere.
const LATIN = `\`qwertyuiop[]asdfghjkl;'zxcvbnm,.~{}:"<>^@#$&/?`;
const CYRILLIC = `ёйцукенгшщзхъфывапролджэячсмитьбюёхъжэбю:"№;?.,`;
const CYRILLIC_KEYS = `ёйцукенгшщзхъфывапролджэячсмитьбюЁХЪЖЭБЮ"№`;
const LATIN_KEYS = `${LATIN.slice(0, 40)}@#`;

const toCyrillic = tableOf(LATIN, CYRILLIC);
const toLatin = tableOf(CYRILLIC_KEYS, LATIN_KEYS);
const COMPARED = /([<>]=?(?=\s*\d)|(?<=\S):)/;
const QUOTED = /([<>]=?(?=\s*\d)|(?<=\S):|")/;

/** The same keys on the other layout; nothing when the text has both alphabets or no letters at all. */
export function onOtherLayout(query: string): string {
  const hasLatin = /[a-z]/i.test(query);
  const hasCyrillic = /[а-яё]/i.test(query);
  if (hasLatin === hasCyrillic) return "";
  if (hasCyrillic) return [...query].map(latinOf).join("").toLowerCase();
  // Comparisons, a colon after a name and pairs of quotes are meant as they stand.
  const meant = query.split('"').length % 2 ? QUOTED : COMPARED;
  return query
    .toLowerCase()
    .split(meant)
    .map((part, number) => (number % 2 ? part : turned(part, toCyrillic)))
    .join("");
}

function latinOf(sign: string): string {
  return toLatin.get(sign) ?? turned(sign.toLowerCase(), toLatin);
}

function turned(text: string, keys: Map<string, string>): string {
  return [...text].map((sign) => keys.get(sign) ?? sign).join("");
}

function tableOf(from: string, to: string): Map<string, string> {
  return new Map([...from].map((sign, at) => [sign, to[at] ?? sign]));
}
