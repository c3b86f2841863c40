// Builds the phone app into var/vendor/field: the page with its one script, then the worker that knows their names.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(here, process.argv[2] ?? "../../../var/vendor/field");
const common = {
  root: here, configFile: false, logLevel: "warn", base: "/static/field/",
  resolve: { alias: { "@field": join(here, "src") } },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
};
const target = ["chrome80", "firefox78", "safari14"];

function files(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((one) =>
    one.isDirectory() ? files(join(folder, one.name)) : [join(folder, one.name)]);
}
const digest = (file) => createHash("sha256").update(readFileSync(file)).digest("hex").slice(0, 16);

rmSync(out, { recursive: true, force: true });
await build({ ...common, build: { outDir: out, emptyOutDir: true, target, modulePreload: { polyfill: false } } });

// The page itself is served at /field/, everything else as static files.
const kept = files(out).map((file) => {
  const name = relative(out, file);
  return { url: name === "index.html" ? "/field/" : `/static/field/${name}`, revision: digest(file) };
});
kept.push({ url: "/field/manifest.webmanifest", revision: digest(join(here, "build.mjs")) });
await build({
  ...common, publicDir: false, define: { __KEPT__: JSON.stringify(kept), "process.env.NODE_ENV": '"production"' },
  build: {
    outDir: out, emptyOutDir: false, target,
    rollupOptions: { input: join(here, "src/worker.ts"), output: { format: "iife", entryFileNames: "sw.js" } },
  },
});
const size = files(out).filter((file) => file.endsWith(".js")).reduce((sum, file) => sum + statSync(file).size, 0);
console.error(`phone app: ${size} bytes of JavaScript before compression`);
