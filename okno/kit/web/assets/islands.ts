// Finds islands: those of the kit are in the first load, those of areas come when their element appears.
import { Application, type ControllerConstructor } from "@hotwired/stimulus";

type Module = { default: ControllerConstructor };

const kit = import.meta.glob<Module>(["../islands/*.ts", "!../islands/*.test.ts"], { eager: true });
const areas = import.meta.glob<Module>([
  "/okno/**/web/islands/*.ts",
  "!/okno/kit/web/islands/*.ts",
  "!/okno/**/*.test.ts",
]);

/** `okno/areas/deals/web/islands/lead-form.ts` is the island `lead-form`. */
export function islandName(path: string): string {
  return path.replace(/^.*\//, "").replace(/\.ts$/, "");
}

/** Loads an island once, the first time that an element names it. */
export class LazyIslands {
  private readonly asked = new Set<string>();

  constructor(
    private readonly application: Application,
    private readonly modules: Map<string, () => Promise<Module>>,
  ) {}

  watch(root: HTMLElement): void {
    this.scan(root);
    new MutationObserver((changes) => {
      for (const change of changes) {
        for (const node of change.addedNodes) if (node instanceof HTMLElement) this.scan(node);
      }
    }).observe(root, { childList: true, subtree: true });
  }

  scan(root: HTMLElement): void {
    for (const element of [root, ...root.querySelectorAll<HTMLElement>("[data-controller]")]) {
      for (const name of (element.dataset.controller ?? "").split(/\s+/)) this.load(name);
    }
  }

  private load(name: string): void {
    const module = this.modules.get(name);
    if (!module || this.asked.has(name)) return;
    this.asked.add(name);
    module().then(({ default: controller }) => this.application.register(name, controller));
  }
}

export function startIslands(): Application {
  const application = Application.start();
  for (const [path, module] of Object.entries(kit)) application.register(islandName(path), module.default);
  const modules = new Map(Object.entries(areas).map(([path, load]) => [islandName(path), load]));
  new LazyIslands(application, modules).watch(document.body);
  return application;
}
