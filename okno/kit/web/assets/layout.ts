// Reads a query that was typed on the wrong keyboard layout: «ghbdtn» is «привет», «вуфд» is "deal".
const LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.";
const CYRILLIC = "ёйцукенгшщзхъфывапролджэячсмитьбю";

const toCyrillic = new Map([...LATIN].map((letter, at) => [letter, CYRILLIC[at] ?? letter]));
const toLatin = new Map([...CYRILLIC].map((letter, at) => [letter, LATIN[at] ?? letter]));

/** The same keys on the other layout; nothing when the text has both alphabets or no letters at all. */
export function onOtherLayout(query: string): string {
  const lower = query.toLowerCase();
  const hasLatin = /[a-z]/.test(lower);
  const hasCyrillic = /[а-яё]/.test(lower);
  if (hasLatin === hasCyrillic) return "";
  const keys = hasLatin ? toCyrillic : toLatin;
  return [...lower].map((letter) => keys.get(letter) ?? letter).join("");
}
