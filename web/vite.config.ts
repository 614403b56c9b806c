import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

// `npm run dev` shows a service that runs on its usual port.
const SERVICE = "http://127.0.0.1:8321";

/** Lets a page fetch the studio while `main.ts` fetches its language, though it runs after that. */
const studioEarly = (): Plugin => ({
  name: "studio-early",
  transformIndexHtml: {
    order: "post",
    handler: (_, { bundle = {} }) => {
      const studio = Object.values(bundle).find((file) => file.type === "chunk" && file.name === "studio");
      const files = studio?.type === "chunk" ? [studio.fileName, ...studio.imports] : [];
      const isEntry = (name: string): boolean => Boolean(bundle[name] && "isEntry" in bundle[name] && bundle[name].isEntry);
      return files.filter((file) => !isEntry(file)).map((file) => ({
        tag: "link",
        attrs: { rel: "modulepreload", crossorigin: true, href: `/${file}` },
        injectTo: "head",
      }));
    },
  },
});

export default defineConfig({
  plugins: [vue(), studioEarly()],
  resolve: {
    alias: {
      "@primevue/core/usestyle": fileURLToPath(new URL("src/parts/noStyle.ts", import.meta.url)),
    },
  },
  build: {
    target: "es2022",
    outDir: "../src/tower_anime/studio/dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    // A browser asks a host for six files at once, so what several views use is one file. It takes
    // its words while it is loaded: what comes before the language, and what languages share, are
    // apart from it.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "ground", tags: ["$initial"], priority: 1 },
            { name: "common", minShareCount: 2, test: (id) => !id.includes("/src/messages/") },
          ],
        },
      },
    },
  },
  define: { __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false" },
  server: { proxy: { "/api": SERVICE } },
  test: { include: ["tests/**/*.test.ts"], setupFiles: ["tests/english.ts"], environment: "node" },
});
