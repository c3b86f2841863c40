// `node cases.mjs < asked.json`: builds cases.ts in memory and lets it answer.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const built = await build({
  root: here, configFile: false, resolve: { alias: { "@field": join(here, "src") } }, logLevel: "silent",
  build: { write: false, minify: false, lib: { entry: join(here, "cases.ts"), formats: ["es"], fileName: "cases" } },
});
const { code } = [built].flat()[0].output[0];
const { answer } = await import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`);
let asked = "";
for await (const some of process.stdin.setEncoding("utf-8")) asked += some;
console.log(JSON.stringify(answer(JSON.parse(asked))));
