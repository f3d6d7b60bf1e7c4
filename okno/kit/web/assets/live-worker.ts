// Shared by all tabs: holds the one connection for live updates, since a browser allows only six per host.
import { type LiveNews, listen } from "./live-source";

const tabs = new Set<MessagePort>();
let started = false;

function tell(news: LiveNews): void {
  for (const tab of tabs) tab.postMessage(news);
}

function received(port: MessagePort, message: { url?: string; bye?: true }): void {
  if (message.bye) tabs.delete(port);
  if (message.url && !started) {
    started = true;
    listen(message.url, tell);
  }
}

self.addEventListener("connect", (event) => {
  const port = (event as MessageEvent).ports[0];
  if (!port) return;
  tabs.add(port);
  port.addEventListener("message", (message) => received(port, message.data));
  port.start();
});
