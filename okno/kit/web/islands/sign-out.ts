// Whoever signs out of a browser that notices are pushed to takes them along: the next person must not read them.
import { Controller } from "@hotwired/stimulus";

export default class SignOut extends Controller<HTMLFormElement> {
  static override targets = ["endpoint"];
  declare readonly endpointTarget: HTMLInputElement;

  override async connect(): Promise<void> {
    if (!("serviceWorker" in navigator)) return;
    for (const one of await navigator.serviceWorker.getRegistrations()) {
      const subscription = await one.pushManager?.getSubscription();
      if (subscription) this.endpointTarget.value = subscription.endpoint;
    }
  }
}
