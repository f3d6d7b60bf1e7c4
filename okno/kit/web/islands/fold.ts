// A long text is folded after six lines; a button under it opens the rest, and only when there is a rest.
import { Controller } from "@hotwired/stimulus";
import { text } from "../assets/page";

export default class Fold extends Controller<HTMLElement> {
  override connect(): void {
    if (this.element.scrollHeight <= this.element.clientHeight + 4) {
      this.element.classList.remove("is-folded");
    } else if (!this.element.nextElementSibling?.matches(".fold-more")) {
      this.element.after(this.button());
    }
  }

  private button(): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-quiet btn-small fold-more";
    button.textContent = text("show-more");
    button.addEventListener("click", () => {
      const folded = this.element.classList.toggle("is-folded");
      button.textContent = text(folded ? "show-more" : "show-less");
    });
    return button;
  }
}
