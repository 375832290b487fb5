// The pages of frameworks that the tests of the module stand on: real packages, made into one script with esbuild.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compileScript, parse } from "@vue/compiler-sfc";
import { compile, compileModule } from "svelte/compiler";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/** Packages of the React that stands in a folder of its own. */
const older = { name: "react 18", setup: (it) => it.onResolve({ filter: /^react(-dom|-router)?(\/|$)/ }, ({ path, kind, pluginData }) =>
  pluginData ? undefined : it.resolve(path, { resolveDir: `${HERE}react18`, kind, pluginData: "once" })) };

const vue = (dev) => ({ name: "vue", setup: (it) => it.onLoad({ filter: /\.vue$/ }, async ({ path }) => {
  const { descriptor } = parse(await readFile(path, "utf8"), { filename: path });
  return { contents: compileScript(descriptor, { id: path, inlineTemplate: true, isProd: !dev }).content };
}) });

const svelte = (dev) => ({ name: "svelte", setup: (it) => {
  it.onLoad({ filter: /\.svelte$/ }, async ({ path }) => ({ contents: compile(await readFile(path, "utf8"), { filename: path, dev, generate: "client", css: "injected" }).js.code }));
  it.onLoad({ filter: /\.svelte\.js$/ }, async ({ path }) => ({ contents: compileModule(await readFile(path, "utf8"), { filename: path, dev, generate: "client" }).js.code }));
} });

const FRAMEWORKS = {
  "react 18": { entry: "react.jsx", plugins: () => [older] },
  "react 19": { entry: "react.jsx", plugins: () => [] },
  "vue 3": { entry: "vue.js", plugins: (dev) => [vue(dev)] },
  "svelte 5": { entry: "svelte.js", plugins: (dev) => [svelte(dev)] },
};
export const NAMES = Object.keys(FRAMEWORKS);

const made = (name, entry, dev, more) => build({ entryPoints: [`${HERE}apps/${entry}`], bundle: true, write: false, format: "esm",
  jsx: "automatic", jsxDev: dev, minify: !dev, logLevel: "silent", conditions: ["svelte", dev ? "development" : "production"],
  define: { "process.env.NODE_ENV": JSON.stringify(dev ? "development" : "production"), __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false" },
  plugins: FRAMEWORKS[name].plugins(dev), ...more });

/** A page of a framework as one script, as it is published or as it is developed. */
export async function app(name, dev = false) {
  return (await made(name, FRAMEWORKS[name].entry, dev)).outputFiles[0].text;
}

/** What a server makes of the page of React beforehand. */
export async function rendered(name) {
  const { outputFiles: [{ text }] } = await made(name, "react-server.jsx", false, { platform: "node", splitting: false, banner: { js: `import { createRequire } from "node:module"; const require = createRequire(${JSON.stringify(import.meta.url)});` } });
  return (await import(`data:text/javascript;base64,${Buffer.from(text).toString("base64")}`)).html;
}
