// The stream of live news: names of records and ids only; what they mean is asked again, with one's own rights.

export interface LiveNews {
  topic: string;
  id: number | null;
  kind: string;
}

export const RESYNC: LiveNews = { topic: "resync", id: null, kind: "resync" };
const MOST_KEPT = 500;

/** What one line of the stream says; nothing when it is not ours. */
export function parseNews(line: string): LiveNews | undefined {
  try {
    const { topic, id, kind } = JSON.parse(line) as Partial<LiveNews>;
    return typeof topic === "string" ? { topic, id: id ?? null, kind: kind ?? "changed" } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * One stream at a time; when more topics are wanted the new stream is open before the old one ends. Moments are those of
 * the server, in milliseconds: a page says how old it is, and is told what has changed since.
 */
export class LiveSource {
  /** Wanted topics, and from when on all their news were heard. */
  private readonly topics = new Map<string, number>();
  private kept: { at: number; news: LiveNews }[] = [];
  private keptFrom = 0;
  private source?: EventSource;

  constructor(
    private readonly url: string,
    private readonly tell: (news: LiveNews) => void,
  ) {}

  want(topics: string[], since = 0): void {
    const fresh = topics.filter((topic) => !this.topics.has(topic));
    for (const topic of fresh) this.topics.set(topic, since);
    if (!this.source || fresh.length) this.open(since);
  }

  /** News that a page of this age has missed while others listened; everything when nobody knows any more. */
  missed(topics: string[], since: number): LiveNews[] {
    const heardFrom = Math.max(this.keptFrom, ...topics.map((topic) => this.topics.get(topic) ?? since));
    if (since < heardFrom) return [RESYNC];
    return this.kept.filter((one) => one.at >= since).map((one) => one.news);
  }

  close(): void {
    this.source?.close();
  }

  private open(since: number): void {
    const old = this.source;
    const asked = since ? `&since=${since}` : "";
    const source = new EventSource(`${this.url}?topics=${[...this.topics.keys()].join(",")}${asked}`);
    this.source = source;
    source.addEventListener("hello", () => old?.close(), { once: true });
    source.addEventListener("error", () => old?.close(), { once: true });
    source.addEventListener("resync", () => this.tell(RESYNC));
    source.addEventListener("message", (event) => {
      const news = parseNews(event.data);
      if (!news) return;
      this.keep(Number(event.lastEventId), news);
      this.tell(news);
    });
  }

  private keep(at: number, news: LiveNews): void {
    this.kept.push({ at, news });
    if (this.kept.length <= MOST_KEPT) return;
    this.keptFrom = (this.kept[0]?.at ?? 0) + 1;
    this.kept = this.kept.slice(1);
  }
}
