// Fields dragged into order and between sections, by pointer or by arrows; each move is kept at once.
import { Controller } from "@hotwired/stimulus";
import { post, text, toast } from "../../../kit/web/assets/page";

export default class FieldOrder extends Controller<HTMLElement> {
  static override targets = ["list", "section"];
  static override values = { url: String };
  declare readonly listTargets: HTMLElement[];
  declare readonly sectionTargets: HTMLElement[];
  declare readonly urlValue: string;

  private sortables: { destroy(): void }[] = [];

  override async connect(): Promise<void> {
    this.element.addEventListener("keydown", this.pressed);
    const { default: Sortable } = await import("sortablejs");
    if (!this.element.isConnected) return;
    this.sortables = this.listTargets.map((list) =>
      Sortable.create(list, {
        group: "fields",
        draggable: ".field-row",
        handle: "[data-grip]",
        animation: 120,
        onEnd: () => this.keep(),
      }),
    );
  }

  override disconnect(): void {
    this.element.removeEventListener("keydown", this.pressed);
    for (const one of this.sortables) one.destroy();
    this.sortables = [];
  }

  private readonly pressed = (event: KeyboardEvent): void => {
    const grip = (event.target as HTMLElement).closest<HTMLElement>("[data-grip]");
    const row = grip?.closest<HTMLElement>(".field-row");
    if (!grip || !row || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    if (!moved(row, event.key === "ArrowDown", this.listTargets)) return;
    grip.focus();
    this.keep();
  };

  private async keep(): Promise<void> {
    const answer = await post(this.urlValue, { places: JSON.stringify(placesOf(this.sectionTargets)) });
    if (!answer.ok) toast(text("server-failure"), "error");
  }
}

/** Fields in their order, each with the section it stands in. */
export function placesOf(sections: HTMLElement[]): { id: string; section: string }[] {
  return sections.flatMap((section) =>
    [...section.querySelectorAll<HTMLElement>("[data-field]")].map((row) => ({
      id: row.dataset.field ?? "",
      section: section.dataset.section ?? "",
    })),
  );
}

/** Past the end of a section a field goes into the next one. */
function moved(row: HTMLElement, isDown: boolean, lists: HTMLElement[]): boolean {
  const neighbour = isDown ? row.nextElementSibling : row.previousElementSibling;
  if (neighbour) {
    if (isDown) neighbour.after(row);
    else neighbour.before(row);
    return true;
  }
  const next = lists[lists.findIndex((list) => list.contains(row)) + (isDown ? 1 : -1)];
  if (!next) return false;
  if (isDown) next.prepend(row);
  else next.append(row);
  return true;
}
