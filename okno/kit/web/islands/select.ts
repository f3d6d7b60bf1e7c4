// A select that searches on the server while one types: for clients, goods, people (thousands of options); and tags.
import { Controller } from "@hotwired/stimulus";
import { drawOption, drawTag, type Found, folded, lately, remember } from "../assets/choices";
import { onOtherLayout } from "../assets/layout";
import { post, tellTriggers, text } from "../assets/page";

interface Widget {
  isFocused: boolean;
  hook(when: "instead", method: "onClick", act: () => void): void;
  clearActiveItems(): void;
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
    // A second click into the field would shut it, and a double one open and shut it at once.
    widget.hook("instead", "onClick", () => {
      widget.clearActiveItems();
      widget.focus();
    });
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
    // A form laid out anew has moved the field: what was chosen and is being typed stays.
    if (this.element.isConnected) return;
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
    if (this.urlValue) remember(this.urlValue, this.element.value);
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
