// The left rail: opens and closes, shows the names of a section beside its icon, and the sheet of phones.
import { Controller } from "@hotwired/stimulus";
import { isPlain } from "../assets/keys";
import { remember, text } from "../assets/page";
import { holdOne, stopsOf, walk } from "../assets/rail-keys";

export default class Rail extends Controller<HTMLElement> {
  static override targets = ["rail", "section", "sheet"];
  declare readonly railTarget: HTMLElement;
  declare readonly sectionTargets: HTMLElement[];
  declare readonly sheetTarget: HTMLElement;

  override connect(): void {
    this.element.addEventListener("keydown", this.escape);
    this.nameToggle();
  }

  override disconnect(): void {
    this.element.removeEventListener("keydown", this.escape);
  }

  railTargetConnected(rail: HTMLElement): void {
    holdOne(rail);
  }

  /** Tab comes back to where one stood. */
  hold(event: FocusEvent): void {
    const at = event.target as HTMLElement;
    if (stopsOf(this.railTarget).includes(at)) holdOne(this.railTarget, at);
  }

  walk(event: KeyboardEvent): void {
    if (isPlain(event) && walk(this.railTarget, event.target as HTMLElement, event.key))
      event.preventDefault();
  }

  sectionTargetConnected(section: HTMLElement): void {
    for (const name of ["mouseenter", "focusin"]) section.addEventListener(name, this.place);
    section.addEventListener("mouseleave", left);
  }

  sectionTargetDisconnected(section: HTMLElement): void {
    for (const name of ["mouseenter", "focusin"]) section.removeEventListener(name, this.place);
    section.removeEventListener("mouseleave", left);
  }

  toggle(): void {
    const open = document.documentElement.dataset.rail !== "open";
    document.documentElement.dataset.rail = open ? "open" : "";
    remember("okno_rail", open ? "open" : "");
    this.nameToggle();
  }

  sheet(): void {
    if (!this.sheetTarget.childElementCount) {
      this.sheetTarget.append(...this.sectionTargets.map((section) => sheetItem(section)));
    }
    document.querySelector<HTMLDialogElement>("#section-sheet")?.showModal();
  }

  /** The list of a closed section lies beside its icon, but never below the window. */
  private readonly place = (event: Event): void => {
    const section = event.currentTarget as HTMLElement;
    const items = section.querySelector<HTMLElement>(":scope > .rail-items");
    if (!items) return;
    section.classList.remove("is-shut");
    const wanted = section.getBoundingClientRect().top - 6;
    items.style.top = `${Math.max(8, Math.min(wanted, window.innerHeight - items.offsetHeight - 8))}px`;
  };

  private readonly escape = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    for (const section of this.sectionTargets) section.classList.add("is-shut");
  };

  private nameToggle(): void {
    const open = document.documentElement.dataset.rail === "open";
    const label = text(open ? "hide-names" : "show-names");
    for (const button of this.element.querySelectorAll(".rail-toggle")) {
      button.setAttribute("aria-expanded", String(open));
      button.setAttribute("aria-label", label);
      button.setAttribute("title", label);
    }
  }
}

/** A list that was shut by Esc opens again at the next visit. */
function left(event: Event): void {
  (event.currentTarget as HTMLElement).classList.remove("is-shut");
}

/** The section as the sheet of phones shows it: the same links, all in sight. */
function sheetItem(section: HTMLElement): HTMLElement {
  const item = section.cloneNode(true) as HTMLElement;
  item.removeAttribute("data-rail-target");
  item.className = "";
  item.querySelector(".rail-title")?.remove();
  for (const link of item.querySelectorAll("a")) link.removeAttribute("tabindex");
  return item;
}
