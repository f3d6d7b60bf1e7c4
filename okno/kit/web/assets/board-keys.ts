// The board by keys: arrows walk over cards; Space picks a card up, arrows carry it, Enter puts it down, Esc returns it.
import { type Place, putBack, whereIs } from "./board-move";
import { text } from "./page";

interface Hands {
  say(words: string): void;
  drop(card: HTMLElement, from: Place): void;
}

export class BoardKeys {
  private lifted?: { card: HTMLElement; from: Place };

  constructor(
    private readonly board: HTMLElement,
    private readonly hands: Hands,
  ) {}

  readonly pressed = (event: KeyboardEvent): void => {
    const card = (event.target as HTMLElement).closest<HTMLElement>(".board-card");
    if (!card) return;
    const act = this.lifted ? this.whileLifted(event.key) : this.whileWalking(event.key, card);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };

  private whileWalking(key: string, card: HTMLElement): (() => void) | undefined {
    const acts: Record<string, () => void> = {
      " ": () => this.lift(card),
      ArrowUp: () => focus(sibling(card, -1)),
      ArrowDown: () => focus(sibling(card, 1)),
      ArrowLeft: () => focus(this.across(card, -1)),
      ArrowRight: () => focus(this.across(card, 1)),
    };
    return acts[key];
  }

  private whileLifted(key: string): (() => void) | undefined {
    const acts: Record<string, () => void> = {
      " ": () => this.putDown(),
      Enter: () => this.putDown(),
      Escape: () => this.giveBack(),
      Tab: () => this.giveBack(),
      ArrowUp: () => this.carry(0, -1),
      ArrowDown: () => this.carry(0, 1),
      ArrowLeft: () => this.carry(-1, 0),
      ArrowRight: () => this.carry(1, 0),
    };
    return acts[key];
  }

  private lift(card: HTMLElement): void {
    this.lifted = { card, from: whereIs(card) };
    card.classList.add("is-lifted");
    this.hands.say(text("picked-up"));
  }

  private carry(columns: number, rows: number): void {
    const card = this.lifted?.card;
    if (!card) return;
    if (rows) swapWith(card, sibling(card, rows), rows);
    const list = columns ? this.neighbour(card, columns) : undefined;
    if (list) {
      list.prepend(card);
      this.hands.say(list.dataset.label ?? "");
    }
    focus(card);
  }

  private putDown(): void {
    if (!this.lifted) return;
    const { card, from } = this.lifted;
    this.release(card);
    this.hands.drop(card, from);
  }

  private giveBack(): void {
    if (!this.lifted) return;
    const { card, from } = this.lifted;
    putBack(card, from);
    this.release(card);
    focus(card);
    this.hands.say(text("returned"));
  }

  private release(card: HTMLElement): void {
    card.classList.remove("is-lifted");
    this.lifted = undefined;
  }

  private across(card: HTMLElement, by: number): HTMLElement | undefined {
    const at = cards(card.parentElement).indexOf(card);
    for (let list = this.neighbour(card, by); list; list = this.neighbour(list, by)) {
      const there = cards(list);
      if (there.length) return there[Math.min(at, there.length - 1)];
    }
    return undefined;
  }

  private neighbour(inside: HTMLElement, by: number): HTMLElement | undefined {
    const lists = [...this.board.querySelectorAll<HTMLElement>(".board-column:not(.is-folded) .board-list")];
    return lists[lists.indexOf(inside.closest(".board-list") as HTMLElement) + by];
  }
}

function cards(list: Element | null): HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>(":scope > .board-card") ?? [])];
}

function sibling(card: HTMLElement, by: number): HTMLElement | undefined {
  const all = cards(card.parentElement);
  return all[all.indexOf(card) + by];
}

function swapWith(card: HTMLElement, other: HTMLElement | undefined, by: number): void {
  if (other) other.insertAdjacentElement(by > 0 ? "afterend" : "beforebegin", card);
}

function focus(card: HTMLElement | undefined): void {
  card?.querySelector<HTMLElement>("a")?.focus();
  card?.scrollIntoView({ block: "nearest", inline: "nearest" });
}
