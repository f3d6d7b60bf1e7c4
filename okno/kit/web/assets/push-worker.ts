// Lives beside the pages and shows notices that come through the push service of the browser.
export {};

interface Said {
  title?: string;
  body?: string;
  url?: string;
}

/** What of a service worker is used here: its types and those of pages do not go together. */
interface Worker {
  addEventListener(name: string, act: (event: WorkerEvent) => void): void;
  registration: { showNotification(title: string, options: object): Promise<void> };
  clients: {
    matchAll(
      options: object,
    ): Promise<{ url: string; focus(): Promise<unknown>; navigate(url: string): Promise<unknown> }[]>;
    openWindow(url: string): Promise<unknown>;
  };
  location: { origin: string };
}

interface WorkerEvent {
  waitUntil(done: Promise<unknown>): void;
  data?: { json(): Said } | null;
  notification?: { data?: { url?: string }; close(): void };
}

const worker = self as unknown as Worker;

worker.addEventListener("push", (event) => {
  const said = event.data?.json() ?? {};
  const url = said.url || "/notices/";
  const options = {
    body: said.body ?? "",
    tag: url,
    renotify: true,
    icon: "/static/app/icon.svg",
    data: { url },
  };
  event.waitUntil(worker.registration.showNotification(said.title || "Окно", options));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification?.close();
  event.waitUntil(open(new URL(event.notification?.data?.url ?? "/notices/", worker.location.origin).href));
});

/** Only addresses of this installation are opened, in a window that is there where one is. */
async function open(url: string): Promise<unknown> {
  if (!url.startsWith(`${worker.location.origin}/`)) return;
  const [known] = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (!known) return worker.clients.openWindow(url);
  await known.focus();
  // A page that this worker does not control lets nobody lead it elsewhere.
  return known.url === url ? undefined : known.navigate(url).catch(() => worker.clients.openWindow(url));
}
