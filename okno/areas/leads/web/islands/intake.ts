// The intake wizard by keys only: Enter chooses who, arrows go over what is found and what may be done.
import { Controller } from "@hotwired/stimulus";

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

export default class Intake extends Controller<HTMLElement> {
  static override targets = ["who", "person", "act", "about", "form"];
  declare readonly whoTarget: HTMLInputElement;
  declare readonly personTargets: HTMLButtonElement[];
  declare readonly actTargets: HTMLButtonElement[];
  declare readonly aboutTarget: HTMLElement;

  /** Enter came before the answer: whoever is found first is chosen as soon as it is there. */
  private isChosen = false;
  /** The first of those found whose buttons do something: htmx brings them to life a moment after it draws them. */
  private alive?: HTMLButtonElement;

  override connect(): void {
    this.alive = this.personTargets[0];
    document.addEventListener("keydown", this.pressed, { capture: true });
  }

  override disconnect(): void {
    document.removeEventListener("keydown", this.pressed, { capture: true });
  }

  /** In the box and over what was found. */
  choose(event: KeyboardEvent): void {
    if (event.key === "Enter") {
      event.preventDefault();
      this.isChosen = true;
      this.take();
    } else if (event.key === "ArrowDown" && this.personTargets.length) {
      event.preventDefault();
      this.personTargets[0]?.focus();
    }
  }

  /** htmx has settled what it brought. */
  arrived(): void {
    this.alive = this.personTargets[0];
    if (this.isChosen) this.take();
  }

  formTargetConnected(form: HTMLElement): void {
    this.isChosen = false;
    form.querySelector<HTMLElement>("[aria-invalid=true], textarea")?.focus();
  }

  /** Over the buttons; in the fields among them arrows stay arrows. */
  walk(event: KeyboardEvent): void {
    this.step(event, this.actTargets);
  }

  private readonly pressed = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    const people = this.personTargets;
    if (people[0] === target && event.key === "ArrowUp") this.whoTarget.focus();
    else if (people.includes(target as HTMLButtonElement)) this.step(event, people);
    if (event.key === "Enter" && this.aboutTarget.contains(target)) this.enter(event, target);
  };

  /** A field presses the button that stands with it: the browser would press the first one, and a day made a deal. */
  private enter(event: KeyboardEvent, target: HTMLElement): void {
    const isLoud = event.ctrlKey || event.metaKey;
    const isField = target instanceof HTMLInputElement && !target.closest(".ts-wrapper");
    if (!isLoud && !isField) return;
    event.preventDefault();
    event.stopPropagation();
    const own = target.closest("[data-own-act]")?.querySelector<HTMLElement>("[name=action]");
    if (own || isLoud) (own ?? this.actTargets[0])?.click();
    else this.aboutTarget.querySelector("textarea")?.focus();
  }

  private step(event: KeyboardEvent, among: HTMLElement[]): void {
    const by = STEPS[event.key];
    const at = among.indexOf(event.target as HTMLElement);
    if (!by || at < 0) return;
    event.preventDefault();
    among[at + by]?.focus();
  }

  private take(): void {
    if (!this.isChosen || this.isAsking || !this.alive || this.alive !== this.personTargets[0]) return;
    this.isChosen = false;
    this.alive.click();
  }

  /** What stands below the box belongs to what was typed before. */
  private get isAsking(): boolean {
    const found = this.element.querySelector<HTMLElement>("[data-who]");
    return found?.dataset.who !== this.whoTarget.value.trim();
  }
}
