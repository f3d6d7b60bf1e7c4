// The calendar: rows are moved to other days by pointer, by finger or by keys; the server decides, a refused one goes back.
import { Controller } from "@hotwired/stimulus";
import { type Place, putBack, sendMove, whereIs } from "../assets/board-move";
import { Dragging } from "../assets/dragging";
import { isPlain, stepOf } from "../assets/keys";
import { text } from "../assets/page";

const DAYS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

export default class Calendar extends Controller<HTMLElement> {
  static override targets = ["list", "says"];
  declare readonly listTargets: HTMLElement[];
  declare readonly saysTarget: HTMLElement;

  private readonly dragging = new Dragging({
    group: "calendar",
    draggable: ".is-movable",
    started: (card) => {
      this.from = whereIs(card);
    },
    ended: (card) => {
      if (this.from) this.drop(card, this.from);
    },
  });
  private from?: Place;
  private lifted?: { card: HTMLElement; from: Place };

  override connect(): void {
    this.element.addEventListener("keydown", this.pressed);
  }

  override disconnect(): void {
    this.element.removeEventListener("keydown", this.pressed);
  }

  listTargetConnected(list: HTMLElement): Promise<void> {
    return this.dragging.add(list);
  }

  listTargetDisconnected(list: HTMLElement): void {
    this.dragging.remove(list);
  }

  private readonly pressed = (event: KeyboardEvent): void => {
    const card = (event.target as HTMLElement).closest<HTMLElement>(".calendar-card");
    if (!card || !isPlain(event)) return;
    const act = this.lifted ? this.whileLifted(event.key) : this.whileWalking(event.key, card);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };

  private whileWalking(key: string, card: HTMLElement): (() => void) | undefined {
    const step = stepOf(key) || { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (key === " " && card.dataset.moveUrl) return () => this.lift(card);
    if (!step) return undefined;
    const cards = [...this.element.querySelectorAll<HTMLElement>(".calendar-card")];
    return () => focus(cards[cards.indexOf(card) + step]);
  }

  private whileLifted(key: string): (() => void) | undefined {
    if (key === " " || key === "Enter") return () => this.putDown();
    if (key === "Escape" || key === "Tab") return () => this.giveBack();
    const days = DAYS[key];
    return days === undefined ? undefined : () => this.carry(days);
  }

  private lift(card: HTMLElement): void {
    this.lifted = { card, from: whereIs(card) };
    card.classList.add("is-lifted");
    this.say(text("picked-up"));
  }

  private carry(days: number): void {
    const card = this.lifted?.card;
    if (!card) return;
    const list = this.listTargets[this.listTargets.indexOf(card.parentElement as HTMLElement) + days];
    if (list) {
      list.append(card);
      this.say(list.dataset.label ?? "");
    }
    focus(card);
  }

  private putDown(): void {
    if (!this.lifted) return;
    const { card, from } = this.lifted;
    this.release(card);
    this.drop(card, from);
    focus(card);
  }

  private giveBack(): void {
    if (!this.lifted) return;
    const { card, from } = this.lifted;
    putBack(card, from);
    this.release(card);
    focus(card);
    this.say(text("returned"));
  }

  private release(card: HTMLElement): void {
    card.classList.remove("is-lifted");
    this.lifted = undefined;
  }

  private async drop(card: HTMLElement, from: Place): Promise<void> {
    const to = card.closest<HTMLElement>("[data-key]");
    if (!to || to === from.list) {
      putBack(card, from);
      return;
    }
    if (await sendMove(card, to, "day")) {
      this.say(`${text("moved-to")} ${to.dataset.label}`);
    } else {
      putBack(card, from);
      this.say(text("move-refused"));
    }
  }

  private say(words: string): void {
    this.saysTarget.textContent = words;
  }
}

function focus(card: HTMLElement | undefined): void {
  card?.querySelector<HTMLElement>("a")?.focus();
  card?.scrollIntoView?.({ block: "nearest" });
}
