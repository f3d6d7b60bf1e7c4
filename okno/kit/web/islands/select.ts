// A select that searches on the server while one types: for clients, goods, people (thousands of options); and tags.
import { Controller } from "@hotwired/stimulus";
import { onOtherLayout } from "../assets/layout";
import { post, tellTriggers, text } from "../assets/page";

export interface Found {
  value: string;
  text: string;
  hint?: string;
  star?: boolean;
  colour?: string;
}

interface Widget {
  isFocused: boolean;
  destroy(): void;
  clearOptions(): void;
  close(): void;
  focus(): void;
  control_input: HTMLInputElement;
  dropdown: HTMLElement;
  options: Record<string, Partial<Found>>;
  activeOption?: HTMLElement | null;
  loading: number;
  currentResults?: { items: unknown[] };
  addItem(value: string): void;
  createItem(text: string): boolean;
  onOptionSelect(event: Event, option: HTMLElement): void;
  setTextboxValue(text: string): void;
}

export default class Select extends Controller<HTMLSelectElement> {
  static override values = { url: String, create: Boolean, make: Boolean, tags: Boolean };
  declare readonly urlValue: string;
  declare readonly createValue: boolean;
  declare readonly makeValue: boolean;
  declare readonly tagsValue: boolean;

  private widget?: Widget;
  private asked = 0;
  /** Fulfilled when the press on the list that goes on has become a click. */
  private pressed?: Promise<void>;
  /** The server has said that a row may be made of its title alone. */
  private mayMake = false;
  /** Enter was pressed while the server was asked. */
  private isWanted = false;

  override async connect(): Promise<void> {
    const { default: TomSelect } = await import("tom-select/base");
    if (!this.element.isConnected || this.widget) return;
    // The label goes over to the visible input; the select behind it only carries the value.
    this.element.setAttribute("aria-hidden", "true");
    const hadFocus = document.activeElement === this.element || this.element.hasAttribute("autofocus");
    // A swap focuses what is marked so when all stands in its place: that would be the select behind the input.
    this.element.removeAttribute("autofocus");
    const widget: Widget = new TomSelect(this.element, {
      create: this.makeValue ? this.make : this.createValue,
      createFilter: (typed: string) => (this.createValue || this.mayMake) && !this.tagOf(typed),
      maxOptions: 50,
      hideSelected: true,
      render: {
        option: drawOption,
        option_create: ({ input }: { input: string }, safe: (text: string) => string) =>
          `<div class="create">${text(this.tagsValue ? "new-tag" : "create")} «${safe(input)}»</div>`,
        // Where nothing is found a new tag is offered instead.
        no_results: () =>
          this.tagsValue && this.createValue ? "" : `<div class="no-results">${text("nothing-found")}</div>`,
        ...(this.tagsValue && { option: drawTag, item: drawTag }),
      },
      ...(this.urlValue && this.searching()),
      // At once: a list that is drawn after a pause opens over the choice made meanwhile, and takes the focus back.
      refreshThrottle: 0,
      ...(this.tagsValue && { closeAfterSelect: true }),
    });
    this.widget = widget;
    widget.dropdown.addEventListener("pointerdown", this.press);
    if (this.urlValue && !this.tagsValue)
      widget.control_input.addEventListener("keydown", this.wait, { capture: true });
    if (this.tagsValue) {
      widget.control_input.addEventListener("keydown", this.goOn);
      widget.control_input.addEventListener("blur", this.leave, true);
    }
    this.element.addEventListener("change", this.remember);
    if (hadFocus) widget.focus();
  }

  override disconnect(): void {
    this.widget?.destroy();
    this.widget = undefined;
  }

  /** The tag of this name, in whatever case it is typed. */
  private tagOf(typed: string): Partial<Found> | undefined {
    if (!this.tagsValue) return undefined;
    return Object.values(this.widget?.options ?? {}).find((one) => folded(one.text ?? "") === folded(typed));
  }

  /** Tab takes what is highlighted, as Enter does, before the form is looked at. */
  private readonly goOn = (event: KeyboardEvent): void => {
    if (event.key === "Tab") this.choose(this.widget?.activeOption?.dataset.value);
  };

  /** A name typed in full is meant; one that may be the beginning of another is not. */
  private readonly leave = (): void => {
    if (!this.widget?.currentResults?.items.length) this.choose(undefined);
    else this.choose(this.tagOf(this.widget.control_input.value)?.value ?? "");
  };

  /** Put a tag in the place of what is typed: this one, one of that name, or else a new one. */
  private choose(value: string | undefined): void {
    const typed = this.widget?.control_input.value.trim();
    if (!this.widget || !typed) return;
    const known = value ?? this.tagOf(typed)?.value;
    this.widget.setTextboxValue("");
    if (known) this.widget.addItem(known);
    else if (known === undefined && this.createValue) this.widget.createItem(typed);
  }

  /** Enter before the answer takes the first of what comes, never what was found for the letters before. */
  private readonly wait = (event: KeyboardEvent): void => {
    this.isWanted = event.key === "Enter" && (this.widget?.loading ?? 0) > 0;
    if (!this.isWanted) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };

  private readonly press = (): void => {
    this.pressed = new Promise((done) => {
      for (const end of ["pointerup", "pointercancel"])
        addEventListener(end, () => setTimeout(done), { once: true });
    });
  };

  private readonly remember = (): void => {
    const value = this.element.value;
    if (!this.urlValue || !/^\d+$/.test(value)) return;
    const known = lately(this.urlValue).filter((one) => one !== value);
    localStorage.setItem(
      `okno:picked:${this.urlValue}`,
      JSON.stringify([value, ...known].slice(0, MOST_LATELY)),
    );
  };

  /** A row that is not there yet is made of its title; what the command refuses is told in its words. */
  private readonly make = (title: string, done: (made?: Found) => void): boolean => {
    post(this.urlValue, { title }).then(
      async (answer) => {
        tellTriggers(answer);
        done(answer.ok ? ((await answer.json()) as Found) : undefined);
      },
      () => done(),
    );
    return true;
  };

  /** The server searches; a second filter here would hide what it found by phone or number. */
  private searching() {
    return {
      searchField: [],
      preload: "focus" as const,
      loadThrottle: 200,
      load: (query: string, show: (found: Found[]) => void) => this.load(query, show),
    };
  }

  /** An answer that comes late, to what was typed before or after the choice was made, opens nothing. */
  private async load(query: string, show: (found: Found[]) => void): Promise<void> {
    const [number, before] = [++this.asked, this.element.value];
    const recent = query ? "" : lately(this.urlValue).join(",");
    const asked = new URLSearchParams({ q: query, also: onOtherLayout(query), recent });
    const found = await fetch(`${this.urlValue}?${asked}`, { headers: { Accept: "application/json" } }).then(
      (answer) => {
        this.mayMake = this.makeValue && answer.headers.get("X-May-Create") === "1";
        return answer.ok ? (answer.json() as Promise<Found[]>) : [];
      },
      () => [],
    );
    // What is pressed must not be drawn anew under the pointer: no click would come of it.
    await this.pressed;
    const isChosen = this.element.value !== before;
    const isLate = isChosen || number !== this.asked;
    if (!isLate) this.widget?.clearOptions();
    show(isLate ? [] : found);
    const first = this.widget?.activeOption;
    if (this.isWanted && !isLate && first) this.widget?.onOptionSelect(new Event("keydown"), first);
    if (!isLate) this.isWanted = false;
    if (isChosen || !this.widget?.isFocused) this.widget?.close();
  }
}

const MOST_LATELY = 7;

/** What was picked here lately, the last one first; the server shows those that are still within reach. */
function lately(url: string): string[] {
  return JSON.parse(localStorage.getItem(`okno:picked:${url}`) ?? "[]") as string[];
}

export function drawOption(found: Found, safe: (text: string) => string): string {
  const hint = found.hint ? `<span class="small soft"> ${safe(found.hint)}</span>` : "";
  const star = found.star ? `<span class="pick-star" aria-hidden="true">★</span> ` : "";
  return `<div class="option">${star}${safe(found.text)}${hint}</div>`;
}

/** Names of tags as they are compared: case, «ё» and spaces do not matter. */
export function folded(name: string): string {
  return name.trim().replace(/\s+/g, " ").toLowerCase().replaceAll("ё", "е");
}

export function drawTag(found: Found, safe: (text: string) => string): string {
  const colour = /^\d+$/.test(found.colour ?? "") ? ` stage-${found.colour}` : "";
  return `<div class="option"><span class="badge-o${colour}">${safe(found.text)}</span></div>`;
}
