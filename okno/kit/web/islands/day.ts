// The calendar of the browser beside a day typed as text: what is chosen there is written as people write it.
import { Controller } from "@hotwired/stimulus";

export default class Day extends Controller<HTMLElement> {
  static override targets = ["text"];
  declare readonly textTarget: HTMLInputElement;

  private calendar?: HTMLInputElement;

  override disconnect(): void {
    this.calendar?.remove();
    this.calendar = undefined;
  }

  open(): void {
    const calendar = this.shown;
    calendar.value = isoOf(this.textTarget.value);
    // The focus stays inside the field: a form that saves when it is left must not take the calendar for leaving.
    calendar.focus();
    calendar.showPicker();
  }

  private readonly chosen = (): void => {
    const day = writtenOf(this.shown.value);
    if (!day) return;
    const time = /\d{1,2}:\d{2}$/.exec(this.textTarget.value)?.[0] ?? "10:00";
    this.textTarget.value = this.element.classList.contains("has-time") ? `${day} ${time}` : day;
    this.textTarget.dispatchEvent(new Event("input", { bubbles: true }));
    this.textTarget.focus();
  };

  /** Made when it is first asked for: nobody should meet a second input by Tab. */
  private get shown(): HTMLInputElement {
    if (!this.calendar) {
      this.calendar = Object.assign(document.createElement("input"), {
        type: "date",
        className: "day-native",
      });
      this.calendar.tabIndex = -1;
      this.calendar.setAttribute("aria-hidden", "true");
      this.calendar.addEventListener("change", this.chosen);
      this.element.append(this.calendar);
    }
    return this.calendar;
  }
}

/** `25.12.2026 14:30` → `2026-12-25`, empty when the text is not a whole day. */
export function isoOf(text: string): string {
  const found = /^(\d{1,2})\.(\d{1,2})\.(\d{4})/.exec(text.trim());
  return found ? `${found[3]}-${found[2]?.padStart(2, "0")}-${found[1]?.padStart(2, "0")}` : "";
}

/** `2026-12-25` → `25.12.2026`. */
export function writtenOf(iso: string): string {
  return iso ? iso.split("-").reverse().join(".") : "";
}
