// Starts one island on a piece of HTML for a test and lets its observers catch up.
import { Application, type ControllerConstructor } from "@hotwired/stimulus";

let running: Application | undefined;

export async function island(
  name: string,
  controller: ControllerConstructor,
  html: string,
): Promise<HTMLElement> {
  document.body.innerHTML = "";
  await settled();
  running?.stop();
  document.body.innerHTML = html;
  running = Application.start();
  running.register(name, controller);
  await settled();
  return document.querySelector<HTMLElement>(`[data-controller~="${name}"]`) as HTMLElement;
}

/** Two turns: Stimulus answers changes of the page from a mutation observer. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setTimeout(resolve));
}

export function find<E extends HTMLElement = HTMLElement>(selector: string): E {
  const element = document.querySelector<E>(selector);
  if (!element) throw new Error(`Nothing matches ${selector}`);
  return element;
}

export function press(element: Element, key: string, options: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...options });
  element.dispatchEvent(event);
  return event;
}

/** Texts that the shell would carry. */
export function texts(...names: string[]): string {
  const lines = names.map((name) => `<i data-text="${name}">${name}!</i>`).join("");
  return `<template id="island-texts">${lines}</template>`;
}
