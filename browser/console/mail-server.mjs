// A mail server for the console to send to, and the settings that name it.
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const CODE = fileURLToPath(new URL("../../code", import.meta.url));

/** Takes every mail, but none to `other-001` and nothing until `go()`; `close()` ends it. */
export function mailServer() {
  const own = { open: false, waiting: [] };
  own.go = () => {
    own.open = true;
    own.waiting.splice(0).forEach((answer) => answer());
  };
  const server = createServer((socket) => {
    let words = false, rest = "";
    const say = (line) => socket.writable && socket.write(`${line}\r\n`);
    socket.on("error", () => {});
    say("220 test");
    socket.on("data", (chunk) => {
      const lines = (rest + chunk).split("\r\n");
      rest = lines.pop();
      for (const line of lines) {
        if (words) {
          if (line !== ".") continue;
          words = false;
          say("250 taken");
        } else if (line.startsWith("RCPT")) {
          const answer = () => say(line.includes("other-001@") ? "550 nobody here" : "250 ok");
          if (own.open) answer();
          else own.waiting.push(answer);
        } else if (line.startsWith("DATA")) {
          words = true;
          say("354 go on");
        } else say(line.startsWith("QUIT") ? "221 bye" : "250 ok");
      }
    });
  });
  own.close = () => {
    own.go();
    server.close();
  };
  return new Promise((done) => server.listen(0, "127.0.0.1", () => done(Object.assign(own, { port: server.address().port }))));
}

/** Settings with a mail server, and the Code without quiet hours, for this runs at night too; their cases go with them. */
export function settle(folder, port) {
  cpSync(CODE, join(folder, "code"), { recursive: true });
  rmSync(join(folder, "code/cases"), { recursive: true });
  const code = join(folder, "code/code.toml");
  const quiet = readFileSync(code, "utf8");
  const open = quiet.replace("from = 21", "from = 0").replace("until = 8", "until = 0");
  if (open === quiet) throw new Error(`${code}: no quiet hours to leave out`);
  writeFileSync(code, open);
  writeFileSync(join(folder, "maat.toml"), `code = "code"\n[mail]\nsmtp = "smtp://127.0.0.1:${port}"\n` +
    `from = "Huis & Haard <hallo@huisenhaard.example>"\n[serve]\npublic_url = "http://127.0.0.1"\n`);
}
