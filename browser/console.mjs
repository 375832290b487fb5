// The console as people see it: a made store, `maat serve`, signing in with a one-time code, and every page in light
// and dark, on a phone, a tablet and a desk. `node console.mjs MAAT STORE_MAKER [SHOTS]`; exit code 1 with a list of
// faults. SHOTS is a folder for pictures; ONLY=mailings leaves out what is not about mail.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { briefs } from "./console/briefs.mjs";
import { seen } from "./console/look.mjs";
import { mailings } from "./console/mailings.mjs";
import { mailServer, settle } from "./console/mail-server.mjs";
import { PASSWORD } from "./console/people.mjs";
import { browser } from "./pages.mjs";

const [MAAT, MAKER] = process.argv.slice(2);

/** Starts the service in a folder; gives it and its address. */
async function serve(folder, env) {
  const child = spawn(MAAT, ["serve", "--quiet", "--listen", "127.0.0.1:0"], {
    cwd: folder, env, stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  for await (const chunk of child.stdout) {
    said += chunk;
    const found = said.match(/http:\/\/127\.0\.0\.1:\d+/);
    if (found) return { child, base: found[0] };
  }
  throw new Error("maat serve did not start");
}

/** A service of its own on a made store, with a marketer, two officers and an administrator, for as long as `walk` takes. */
async function world(open, prepare, walk) {
  const folder = mkdtempSync(join(tmpdir(), "maat-console-"));
  const env = { ...process.env, MAAT_STORE: join(folder, "maat.db") };
  const run = (program, args, input = "") => {
    const done = spawnSync(program, args, { input, encoding: "utf8", env });
    if (done.status !== 0) throw new Error(`${program} ${args.join(" ")}: ${done.stderr}`);
  };
  run(MAKER, [env.MAAT_STORE]);
  for (const [name, role] of [["Noor de Wit", "marketer"], ["Sam", "officer"], ["Robin", "officer"], ["Kim", "admin"]]) {
    run(MAAT, ["console", "user", "add", name, "--role", role, "--for", "own", "--for", "other"], `${PASSWORD}\n`);
  }
  prepare(folder);
  const { child, base } = await serve(folder, env);
  try {
    await walk(open, base);
  } finally {
    const ended = new Promise((done) => child.on("exit", done));
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

const open = await browser();
const post = await mailServer();
try {
  if (process.env.ONLY !== "mailings") await world(open, () => {}, briefs);
  await world(open, (folder) => settle(folder, post.port), (own, base) => mailings(own, base, post));
} finally {
  post.close();
  await open.close();
}
const { looks, faults } = seen();
console.log(faults.length ? `${faults.length} faults in the console` : `sound: the console (${looks} looks)`);
for (const one of faults) console.log(`  ${one}`);
process.exitCode = faults.length ? 1 : 0;
