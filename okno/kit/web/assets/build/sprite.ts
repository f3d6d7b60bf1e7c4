// Builds one SVG sprite of the Tabler icons that templates, manifests and islands really name.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const ROOT = process.cwd();
const ICONS = join(ROOT, "node_modules/@tabler/icons/icons");
const EXTRA = join(ROOT, "okno/kit/web/assets/icons.txt");
const MARK =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28"><rect x="3" y="3" width="22" height="22" rx="5" fill="#0b6e82"/><path d="M14 6v16M6 14h16" stroke="#fff" stroke-width="2.2" stroke-linecap="round"/></svg>';
const NAMED = [
  /kit\/icon\.html["'] with name=["']([a-z0-9-]+)["']/g,
  /\b(?:\w+_)?icon["']?\s*[:=]\s*["']([a-z0-9-]+)["']/g,
  /#icon-([a-z0-9-]+)/g,
  // The icon of an action stands second, after its label.
  /\bAction\(\s*\w+\((?:"[^"]*"(?:,\s*)?)+\),\s*"([a-z0-9-]+)"/g,
];

/** Names of the icons that this text asks for. */
export function iconsNamedIn(text: string): string[] {
  return NAMED.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ""));
}

/** One `<symbol>` made from a Tabler icon file; colours come from the page. */
export function symbol(name: string, svg: string): string {
  const inside = svg
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/^[\s\S]*?<svg[^>]*>/, "")
    .replace(/<\/svg>[\s\S]*$/, "")
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "")
    .replace(/\s*\n\s*/g, "");
  const paint = name.endsWith("-filled")
    ? 'fill="currentColor"'
    : 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="icon-${name}" viewBox="0 0 24 24" ${paint}>${inside}</symbol>`;
}

function iconFile(name: string): string {
  return name.endsWith("-filled")
    ? join(ICONS, "filled", `${name.slice(0, -"-filled".length)}.svg`)
    : join(ICONS, "outline", `${name}.svg`);
}

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((entry) => {
    const path = join(folder, entry);
    if (["static", "node_modules", "__pycache__", "tests", "migrations", "locale"].includes(entry)) return [];
    if (statSync(path).isDirectory()) return sources(path);
    return /\.(html|json|py|ts)$/.test(entry) && !entry.endsWith(".test.ts") ? [path] : [];
  });
}

/** Names of all icons used, sorted; a name that Tabler does not have is left out. */
export function usedIcons(): string[] {
  const listed = readFileSync(EXTRA, "utf8")
    .split("\n")
    .map((line) => line.trim());
  const named = sources(join(ROOT, "okno")).flatMap((path) => iconsNamedIn(readFileSync(path, "utf8")));
  const names = [...listed.filter((line) => line && !line.startsWith("#")), ...named];
  return [...new Set(names)].filter((name) => existsSync(iconFile(name))).sort();
}

export function iconSprite(): Plugin {
  return {
    name: "okno-icon-sprite",
    apply: "build",
    buildStart() {
      this.addWatchFile(EXTRA);
    },
    generateBundle() {
      const names = usedIcons();
      const symbols = names.map((name) => symbol(name, readFileSync(iconFile(name), "utf8"))).join("");
      const svg = `<svg xmlns="http://www.w3.org/2000/svg">${symbols}</svg>`;
      this.emitFile({ type: "asset", fileName: "icons.svg", source: svg });
      this.emitFile({ type: "asset", fileName: "icon.svg", source: MARK });
      this.emitFile({ type: "asset", fileName: "icons.json", source: JSON.stringify(names) });
    },
  };
}
