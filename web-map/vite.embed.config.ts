import { defineConfig } from "vite";

// `embed.js`, which pages elsewhere load: one file under an address that never changes, no module, no imports.
export default defineConfig({
  publicDir: false,
  build: {
    emptyOutDir: false,
    target: "es2022",
    lib: { entry: "src/embed/host.ts", formats: ["iife"], name: "baulotse", fileName: () => "embed.js" },
  },
});
