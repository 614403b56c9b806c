import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

// `npm run dev` shows a service that runs on its usual port.
const SERVICE = "http://127.0.0.1:8321";

export default defineConfig({
  plugins: [vue()],
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
  },
  define: { __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false" },
  server: { proxy: { "/api": SERVICE } },
  test: { include: ["tests/**/*.test.ts"], setupFiles: ["tests/english.ts"], environment: "node" },
});
