import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  base: "/console/",
  build: {
    outDir: "../dist/console",
    emptyOutDir: true,
    target: "es2023",
    // The polyfill is an inline script, which the content security policy forbids.
    modulePreload: { polyfill: false },
    // An inlined file would be a data: URL, which the policy forbids too.
    assetsInlineLimit: 0,
    license: { fileName: "NOTICES.md" },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1_500,
    rolldownOptions: {
      // Fluent UI marks each file with "use client", which means nothing in a page that has no server side.
      onLog: (level, log, report) => {
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") report(level, log);
      },
    },
  },
});
