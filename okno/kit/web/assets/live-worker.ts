// Shared by all tabs: holds the one connection for live updates, since a browser allows only six per host.
import { type LiveNews, LiveSource } from "./live-source";

export type FromTab = { url: string; topics: string[] } | { bye: true };

const tabs = new Set<MessagePort>();
let source: LiveSource | undefined;

function tell(news: LiveNews): void {
  for (const tab of tabs) tab.postMessage(news);
}

function received(port: MessagePort, message: FromTab): void {
  if ("bye" in message) {
    tabs.delete(port);
    return;
  }
  tabs.add(port);
  source ??= new LiveSource(message.url, tell);
  source.want(message.topics);
}

self.addEventListener("connect", (event) => {
  const port = (event as MessageEvent).ports[0];
  if (!port) return;
  port.addEventListener("message", (message: MessageEvent<FromTab>) => received(port, message.data));
  port.start();
});
