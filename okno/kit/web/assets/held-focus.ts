// Whoever walks by the keyboard stays where they are when the place is drawn anew: htmx itself holds the focus only of
// what has an id.

/** What an element does: two drawings of one button have these alike. */
const SIGNS = ["href", "hx-get", "hx-post", "data-url", "data-preview-url", "popovertarget", "name", "value"];

/** Where the focus stood. */
export interface Place {
  element: HTMLElement;
  within: ParentNode;
  sign: string;
  nth: number;
}

export function placeOf(element: HTMLElement, within: ParentNode): Place {
  const sign = signOf(element);
  return { element, within, sign, nth: alike(within, sign).indexOf(element) };
}

/** The same element, or what stands in its place; nothing when nothing like it is left. */
export function standsAt({ element, within, sign, nth }: Place): HTMLElement | undefined {
  return element.isConnected ? element : alike(within, sign)[nth];
}

let held: Place | undefined;

export function startHeldFocus(): void {
  for (const name of ["htmx:beforeSwap", "htmx:oobBeforeSwap"]) document.addEventListener(name, remember);
  document.addEventListener("htmx:load", giveBack);
}

function remember(event: Event): void {
  const { target } = (event as CustomEvent<{ target?: Element }>).detail;
  const active = document.activeElement;
  const around = target?.parentElement;
  // What is kept through the swap had its focus when it came: htmx would give it again.
  for (const one of target?.querySelectorAll("[autofocus]") ?? []) one.removeAttribute("autofocus");
  held =
    active instanceof HTMLElement && !active.id && around && target.contains(active)
      ? placeOf(active, around)
      : undefined;
}

function giveBack(): void {
  if (!held || held.element.isConnected) return;
  // What came in may have taken the focus for itself.
  if (document.activeElement === document.body) standsAt(held)?.focus({ preventScroll: true });
  held = undefined;
}

function alike(within: ParentNode, sign: string): HTMLElement[] {
  const [tag] = sign.split(" ", 1);
  return [...within.querySelectorAll<HTMLElement>(tag ?? "*")].filter((one) => signOf(one) === sign);
}

function signOf(element: HTMLElement): string {
  const tag = element.tagName.toLowerCase();
  const told = SIGNS.filter((name) => element.hasAttribute(name)).map((name) => element.getAttribute(name));
  const words = told.length ? told : [element.getAttribute("aria-label") ?? element.textContent?.trim()];
  return [tag, ...words].join(" ");
}
