// Cards that are dragged between the lists of one page, by pointer or by a finger that rests on them first.
import type Sortable from "sortablejs";

interface Drag {
  /** Lists of one group take cards from each other. */
  group: string;
  draggable: string;
  started(card: HTMLElement): void;
  ended(card: HTMLElement): void;
}

export class Dragging {
  private library?: Promise<typeof Sortable>;
  private readonly lists = new Map<HTMLElement, { destroy(): void }>();

  constructor(private readonly drag: Drag) {}

  async add(list: HTMLElement): Promise<void> {
    this.library ??= import("sortablejs").then((module) => module.default);
    const library = await this.library;
    if (!list.isConnected || this.lists.has(list)) return;
    const sortable = library.create(list, {
      group: this.drag.group,
      draggable: this.drag.draggable,
      ghostClass: "is-ghost",
      animation: 120,
      delay: 200,
      delayOnTouchOnly: true,
      scrollSensitivity: 80,
      onStart: ({ item }) => this.drag.started(item),
      onEnd: ({ item }) => this.drag.ended(item),
    });
    this.lists.set(list, sortable);
  }

  remove(list: HTMLElement): void {
    this.lists.get(list)?.destroy();
    this.lists.delete(list);
  }
}
