// What the tests of pages in service stand on: a page with faults told, and the demo as a user starts it.
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** A file of the repository. */
export const file = (path) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

/** The demo, on ports that are free: where Maat and the shop are, and what stops them. */
export async function demo() {
  const program = process.env.MAAT ?? `${process.env.CARGO_TARGET_DIR ?? `${ROOT}target`}/debug/maat`;
  const running = spawn(program, ["serve", "--demo", "--listen", "127.0.0.1:0", "--json"], {
    cwd: ROOT, stdio: ["ignore", "pipe", "pipe"], env: { PATH: process.env.PATH, HOME: process.env.HOME },
  });
  const log = [];
  running.stderr.on("data", (said) => log.push(String(said)));
  const said = await new Promise((resolve, reject) => {
    let text = "";
    running.stdout.on("data", (part) => {
      text += part;
      if (text.includes("\n")) resolve(text);
    });
    running.on("error", reject);
    running.on("exit", (code) => reject(new Error(`the demo ended with ${code}: ${log.join("")}`)));
  });
  const where = JSON.parse(said.slice(0, said.indexOf("\n")));
  const stop = () =>
    new Promise((resolve) => {
      running.removeAllListeners("exit");
      running.on("exit", resolve);
      running.kill("SIGTERM");
    });
  return { ...where, log, stop };
}

/** A server of pages: `answer(request, body)` gives [status, headers, text], or nothing to leave it open. */
export function serving(answer) {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    const [status, headers, text] = (await answer(request, body)) ?? [];
    if (!status) return;
    response.writeHead(status, headers);
    response.end(text);
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const stop = () => {
        server.closeAllConnections();
        return new Promise((ended) => server.close(ended));
      };
      resolve({ origin: `http://127.0.0.1:${server.address().port}`, stop });
    });
  });
}

/** Begins to watch a context: layout shifts, refused content, mistakes, requests to elsewhere. */
export async function watched(context) {
  const seen = { faults: [], asked: [] };
  await context.addInitScript(() => {
    globalThis.shift = 0;
    globalThis.refused = [];
    new PerformanceObserver((list) => {
      for (const it of list.getEntries()) globalThis.shift += it.value;
    }).observe({ type: "layout-shift", buffered: true });
    addEventListener("securitypolicyviolation", (it) => globalThis.refused.push(`${it.violatedDirective} ${it.blockedURI}`));
  });
  context.on("request", (request) => seen.asked.push(request.url()));
  context.on("weberror", (it) => seen.faults.push(String(it.error())));
  context.on("console", (it) => it.type() === "error" && seen.faults.push(it.text()));
  return seen;
}

/** How much the page moved by itself, and what its policy refused. */
export const moved = (page) => page.evaluate(() => ({ shift: globalThis.shift, refused: globalThis.refused }));

/** What stands on the device. */
export async function kept(page) {
  const cookies = await page.context().cookies();
  const stored = await page.evaluate(async () => ({
    local: localStorage.length,
    session: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
  }));
  return { cookies: cookies.length, ...stored };
}

/** Nothing at all. */
export const NOTHING = { cookies: 0, local: 0, session: 0, databases: 0, caches: 0, workers: 0 };
