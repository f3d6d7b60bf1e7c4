// What islands read from the page they live on: token, texts, small requests, keys.

/** The CSRF token: the cookie is renewed by whatever tab signs in, the meta tag of the shell is as old as the page. */
export function csrfToken(): string {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  if (cookie) return cookie;
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

/** A translated text that the shell carries for islands, see `kit/shell.html`. */
export function text(name: string): string {
  const source = document.querySelector<HTMLTemplateElement>("#island-texts");
  return source?.content.querySelector(`[data-text="${name}"]`)?.textContent?.trim() ?? name;
}

/** A copy of what a template of the shell holds. */
export function fromTemplate(id: string): HTMLElement | undefined {
  const template = document.querySelector<HTMLTemplateElement>(`template#${id}`);
  return template?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
}

/** POST a form with the token; the answer is for the caller to judge. */
export function post(url: string, values: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: "POST",
    body: new URLSearchParams(values),
    credentials: "same-origin",
    headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true", Accept: "text/html, application/json" },
  });
}

/** Show a short message at the edge of the page. */
export function toast(message: string, kind: "ok" | "warning" | "error" = "ok", undoUrl = ""): void {
  document.dispatchEvent(new CustomEvent("toast", { detail: { text: message, kind, undo_url: undoUrl } }));
}

/** Whether the person is typing: one-letter keys are then letters. */
export function isTyping(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  if (!element?.closest) return false;
  return element.closest("input, textarea, select, [contenteditable]") !== null || element.isContentEditable;
}

/** Wait until calls have paused for `ms` milliseconds, then do the last one. */
export function paused<A extends unknown[]>(ms: number, act: (...args: A) => void): (...args: A) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (...args: A) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...args), ms);
  };
}

/** A cookie for a year, readable by the server, so that the next page is drawn right at once. */
export function remember(name: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing on plain-http hosts
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`;
}

/** Do what the header HX-Trigger asks, for requests that did not go through htmx. */
export function tellTriggers(answer: Response): void {
  const header = answer.headers.get("HX-Trigger");
  if (!header) return;
  if (!header.startsWith("{")) {
    document.dispatchEvent(new CustomEvent(header));
    return;
  }
  for (const [name, detail] of Object.entries(JSON.parse(header) as Record<string, unknown>)) {
    document.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
