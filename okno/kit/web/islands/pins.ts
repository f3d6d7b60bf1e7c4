// The first columns of a list stay in sight while it is scrolled sideways; their edge shows that others are under them.
import { Controller } from "@hotwired/stimulus";
import { pinRules, pinsThatFit } from "../assets/pins";

export default class Pins extends Controller<HTMLElement> {
  static override values = { count: { type: Number, default: 1 } };
  declare readonly countValue: number;

  private readonly sheet = typeof CSSStyleSheet === "function" ? new CSSStyleSheet() : undefined;
  private watch?: ResizeObserver;

  override connect(): void {
    if (this.sheet) document.adoptedStyleSheets.push(this.sheet);
    this.element.addEventListener("scroll", this.scrolled, { passive: true });
    this.watch = new ResizeObserver(() => this.place());
    for (const one of [this.element, ...this.heads]) this.watch.observe(one);
    this.place();
    this.scrolled();
  }

  override disconnect(): void {
    this.watch?.disconnect();
    this.element.removeEventListener("scroll", this.scrolled);
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== this.sheet);
  }

  private place(): void {
    const widths = this.heads.map((head) => head.getBoundingClientRect().width);
    const count = pinsThatFit(widths, this.countValue, this.element.clientWidth);
    this.sheet?.replaceSync(pinRules(widths, count));
    // What gets the focus is scrolled out from under the columns that stay.
    const covered = widths.slice(0, count + 1).reduce((whole, one) => whole + one, 0);
    this.element.style.scrollPaddingInlineStart = `${Math.ceil(covered)}px`;
  }

  private readonly scrolled = (): void => {
    this.element.classList.toggle("is-aside", this.element.scrollLeft > 0);
  };

  private get heads(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>("thead th")];
  }
}
