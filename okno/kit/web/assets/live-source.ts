// The stream of live news: ids only; what they mean is asked from the server again, with one's own rights.

export interface LiveNews {
  topic: string;
  data: unknown;
}

/** What one line of the stream says; nothing when it is not ours. */
export function parseNews(line: string): LiveNews | undefined {
  try {
    const data = JSON.parse(line) as { topic?: unknown };
    return typeof data.topic === "string" ? { topic: data.topic, data } : undefined;
  } catch {
    return undefined;
  }
}

/** Listen for ever; after a break everything is asked again, because news may have been missed. */
export function listen(url: string, tell: (news: LiveNews) => void): EventSource {
  const source = new EventSource(url);
  let wasOpen = false;
  source.addEventListener("open", () => {
    if (wasOpen) tell({ topic: "resync", data: {} });
    wasOpen = true;
  });
  source.addEventListener("message", (event) => {
    const news = parseNews(event.data);
    if (news) tell(news);
  });
  source.addEventListener("resync", () => tell({ topic: "resync", data: {} }));
  return source;
}
