// What keys mean to lists, boards, menus and links: one reading of control keys, dialogs and arrows.

/** Whether a key or a click comes without a control key: with one it belongs to the browser. */
export function isPlain(event: KeyboardEvent | MouseEvent): boolean {
  return !event.ctrlKey && !event.metaKey && !event.altKey;
}

/** Whether a dialog is open: it has keys of its own. */
export function isInDialog(): boolean {
  return document.querySelector("dialog:modal") !== null;
}

/** Which way a key goes in a list: down, up, or nowhere. */
export function stepOf(key: string): 1 | -1 | 0 {
  return key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0;
}
