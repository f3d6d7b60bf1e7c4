// The board: cards are moved by pointer, by finger or by keys; the server decides, a refused card goes back.
import { Controller } from "@hotwired/stimulus";
import { BoardKeys } from "../assets/board-keys";
import { type Place, putBack, sendMove, whereIs } from "../assets/board-move";
import { Dragging } from "../assets/dragging";
import { text } from "../assets/page";

export default class Board extends Controller<HTMLElement> {
  static override targets = ["list", "says"];
  static override values = { parameter: { type: String, default: "stage" } };
  declare readonly listTargets: HTMLElement[];
  declare readonly saysTarget: HTMLElement;
  declare readonly parameterValue: string;

  private readonly dragging = new Dragging({
    group: "board",
    draggable: ".board-card",
    started: (card) => this.started(card),
    ended: (card) => this.ended(card),
  });
  private from?: Place;
  private keys?: BoardKeys;

  override connect(): void {
    this.keys = new BoardKeys(this.element, {
      say: (words) => this.say(words),
      drop: (card, from) => this.drop(card, from),
    });
    this.element.addEventListener("keydown", this.keys.pressed);
  }

  override disconnect(): void {
    if (this.keys) this.element.removeEventListener("keydown", this.keys.pressed);
  }

  listTargetConnected(list: HTMLElement): Promise<void> {
    return this.dragging.add(list);
  }

  listTargetDisconnected(list: HTMLElement): void {
    this.dragging.remove(list);
  }

  fold(event: Event): void {
    const button = event.currentTarget as HTMLElement;
    const folded = button.closest(".board-column")?.classList.toggle("is-folded") ?? false;
    button.setAttribute("aria-expanded", String(!folded));
  }

  private started(card: HTMLElement): void {
    this.from = whereIs(card);
    this.element.classList.add("is-dragging");
  }

  private ended(card: HTMLElement): void {
    this.element.classList.remove("is-dragging");
    if (this.from) this.drop(card, this.from);
  }

  private async drop(card: HTMLElement, from: Place): Promise<void> {
    const to = card.closest<HTMLElement>("[data-key]");
    const isSamePlace = to === from.list && card.nextElementSibling === from.before;
    if (!to || isSamePlace) return;
    if (await sendMove(card, to, this.parameterValue)) {
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
