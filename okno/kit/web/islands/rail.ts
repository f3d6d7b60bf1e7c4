// The left rail: opens and closes, shows the names of a section beside its icon, and the sheet of phones.
import { Controller } from "@hotwired/stimulus";
import { remember, text } from "../assets/page";

export default class Rail extends Controller<HTMLElement> {
  static override targets = ["section", "sheet"];
  declare readonly sectionTargets: HTMLElement[];
  declare readonly sheetTarget: HTMLElement;

  override connect(): void {
    this.element.addEventListener("keydown", this.escape);
    this.nameToggle();
  }

  override disconnect(): void {
    this.element.removeEventListener("keydown", this.escape);
  }

  sectionTargetConnected(section: HTMLElement): void {
    for (const name of ["mouseenter", "focusin"]) section.addEventListener(name, this.place);
    section.addEventListener("mouseleave", () => section.classList.remove("is-shut"));
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

/** The section as the sheet of phones shows it: the same links, all in sight. */
function sheetItem(section: HTMLElement): HTMLElement {
  const item = section.cloneNode(true) as HTMLElement;
  item.removeAttribute("data-rail-target");
  item.className = "";
  item.querySelector(".rail-title")?.remove();
  return item;
}
