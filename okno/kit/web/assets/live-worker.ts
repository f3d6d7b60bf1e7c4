// Shared by all tabs: holds the one connection for live updates, since a browser allows only six per host.
import { type LiveNews, LiveSource } from "./live-source";

export type FromTab = { url: string; topics: string[]; since: number } | { bye: true };

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
  source ??= new LiveSource(message.url, tell);
  source.want(message.topics, message.since);
  if (tabs.has(port)) return;
  tabs.add(port);
  // Between two pages of a tab nobody listens for it: what came then is told to the one that has come.
  if (message.since) for (const news of source.missed(message.topics, message.since)) port.postMessage(news);
}

self.addEventListener("connect", (event) => {
  const port = (event as MessageEvent).ports[0];
  if (!port) return;
  port.addEventListener("message", (message: MessageEvent<FromTab>) => received(port, message.data));
  port.start();
});
