// Subscribes this browser to notices that it shows while the pages are closed.
import { Controller } from "@hotwired/stimulus";
import { htmx } from "../assets/htmx";
import { post } from "../assets/page";
import worker from "../assets/push-worker.ts?worker&url";

export default class Push extends Controller<HTMLElement> {
  static override targets = ["subscribe", "trouble"];
  static override values = { url: String };
  declare readonly subscribeTarget: HTMLButtonElement;
  declare readonly hasSubscribeTarget: boolean;
  declare readonly troubleTarget: HTMLElement;
  declare readonly urlValue: string;

  override connect(): void {
    if (!this.hasSubscribeTarget) return;
    if (!("serviceWorker" in navigator) || !("PushManager" in window)) this.tell("missing");
  }

  async subscribe(): Promise<void> {
    if ((await Notification.requestPermission()) !== "granted") return this.tell("denied");
    this.subscribeTarget.disabled = true;
    try {
      await this.send(await subscription(await this.key()));
    } catch {
      this.subscribeTarget.disabled = false;
      this.tell("failed");
    }
  }

  /** The key of the installation, as the browser wants it. */
  private async key(): Promise<Uint8Array<ArrayBuffer>> {
    const answer = await post(`${this.urlValue}key`);
    const { key } = (await answer.json()) as { key: string };
    return bytes(key);
  }

  private async send(made: PushSubscription): Promise<void> {
    const said = made.toJSON();
    const values = { endpoint: made.endpoint, key: said.keys?.p256dh ?? "", auth: said.keys?.auth ?? "" };
    await htmx.ajax("post", `${this.urlValue}subscribe`, {
      values,
      source: this.element,
      target: this.element,
      swap: "outerHTML",
    });
  }

  private tell(what: "missing" | "denied" | "failed"): void {
    this.troubleTarget.textContent = this.troubleTarget.dataset[what] ?? "";
    this.troubleTarget.hidden = false;
    if (what === "missing") this.subscribeTarget.hidden = true;
  }
}

async function subscription(key: Uint8Array<ArrayBuffer>): Promise<PushSubscription> {
  const registration = await navigator.serviceWorker.register(worker, { type: "module" });
  const known = await registration.pushManager.getSubscription();
  // One that was made with another key would be refused by its service.
  if (known && !isEqual(known.options.applicationServerKey, key)) await known.unsubscribe();
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

function isEqual(known: ArrayBuffer | null, key: Uint8Array): boolean {
  return String(new Uint8Array(known ?? new ArrayBuffer(0))) === String(key);
}

/** Base64 for addresses, without padding, as bytes. */
export function bytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}
