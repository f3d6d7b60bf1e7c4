// The star beside a reference field: the row that is chosen is kept at hand, or no more.
import { Controller } from "@hotwired/stimulus";
import { post, tellTriggers } from "../assets/page";

export default class Star extends Controller<HTMLElement> {
  static override targets = ["button"];
  static override values = { url: String };
  declare readonly buttonTarget: HTMLButtonElement;
  declare readonly urlValue: string;

  /** Asked once, when the hand first comes near: a form has many such fields. */
  private marked?: Promise<Set<string>>;

  override connect(): void {
    this.element.addEventListener("change", this.show);
    this.element.addEventListener("pointerenter", this.show);
    this.element.addEventListener("focusin", this.show);
    this.buttonTarget.hidden = this.chosen === "";
  }

  override disconnect(): void {
    this.element.removeEventListener("change", this.show);
    this.element.removeEventListener("pointerenter", this.show);
    this.element.removeEventListener("focusin", this.show);
  }

  async toggle(): Promise<void> {
    const id = this.chosen;
    const answer = await post(`${this.urlValue}?part=star`, { id });
    tellTriggers(answer);
    if (!answer.ok) return;
    const { star } = (await answer.json()) as { star: boolean };
    const marked = await this.known();
    if (star) marked.add(id);
    else marked.delete(id);
    await this.show();
  }

  private readonly show = async (): Promise<void> => {
    const id = this.chosen;
    this.buttonTarget.hidden = id === "";
    if (id) this.buttonTarget.setAttribute("aria-pressed", String((await this.known()).has(id)));
  };

  private known(): Promise<Set<string>> {
    this.marked ??= fetch(`${this.urlValue}?part=stars`, { headers: { Accept: "application/json" } }).then(
      async (answer) => new Set(answer.ok ? ((await answer.json()) as number[]).map(String) : []),
    );
    return this.marked;
  }

  /** What the select behind the visible input holds. */
  private get chosen(): string {
    return this.element.querySelector("select")?.value ?? "";
  }
}
