// The stream of live news: names of records and ids only; what they mean is asked again, with one's own rights.

export interface LiveNews {
  topic: string;
  id: number | null;
  kind: string;
}

export const RESYNC: LiveNews = { topic: "resync", id: null, kind: "resync" };

/** What one line of the stream says; nothing when it is not ours. */
export function parseNews(line: string): LiveNews | undefined {
  try {
    const { topic, id, kind } = JSON.parse(line) as Partial<LiveNews>;
    return typeof topic === "string" ? { topic, id: id ?? null, kind: kind ?? "changed" } : undefined;
  } catch {
    return undefined;
  }
}

/** One stream at a time; when more topics are wanted the new stream is open before the old one ends. */
export class LiveSource {
  private readonly topics = new Set<string>();
  private source?: EventSource;

  constructor(
    private readonly url: string,
    private readonly tell: (news: LiveNews) => void,
  ) {}

  want(topics: string[]): void {
    const known = this.topics.size;
    for (const topic of topics) this.topics.add(topic);
    if (!this.source || this.topics.size > known) this.open();
  }

  close(): void {
    this.source?.close();
  }

  private open(): void {
    const old = this.source;
    const source = new EventSource(`${this.url}?topics=${[...this.topics].join(",")}`);
    this.source = source;
    source.addEventListener("hello", () => old?.close(), { once: true });
    source.addEventListener("error", () => old?.close(), { once: true });
    source.addEventListener("resync", () => this.tell(RESYNC));
    source.addEventListener("message", (event) => {
      const news = parseNews(event.data);
      if (news) this.tell(news);
    });
  }
}
