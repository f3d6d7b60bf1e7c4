import { defineConfig } from "vitest/config";
import { iconSprite } from "./okno/kit/web/assets/build/sprite.ts";
import { trimmedTabler } from "./okno/kit/web/assets/build/trim.ts";

export default defineConfig({
  base: "/static/app/",
  publicDir: false,
  plugins: [iconSprite()],
  css: { postcss: { plugins: [trimmedTabler()] } },
  build: {
    outDir: "okno/static/app",
    emptyOutDir: true,
    // The default ".vite" folder is hidden, and hidden files are left out of wheels.
    manifest: "manifest.json",
    target: "es2022",
    modulePreload: { polyfill: false },
    // Heavy libraries are chunks of their own that only their island asks for.
    chunkSizeWarningLimit: 700,
    assetsInlineLimit: 0,
    rollupOptions: {
      // htmx holds an eval that its setting allowEval=false never reaches.
      onwarn: (warning, warn) => (warning.code === "EVAL" ? undefined : warn(warning)),
      input: ["okno/kit/web/assets/main.ts", "okno/fronts/portal/web/assets/form.css"],
    },
  },
  test: {
    environment: "happy-dom",
    include: ["okno/**/web/**/*.test.ts"],
    setupFiles: ["okno/kit/web/assets/testing/setup.ts"],
    restoreMocks: true,
    unstubGlobals: true,
  },
});
