//! Many at once at the door of the console: the program stays as small as it was, and others are served meanwhile.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpSocket;

use crate::console_world::{between, form};
use crate::folder::Folder;
use crate::program::command;

struct Served {
    child: Child,
    address: SocketAddr,
    _folder: Folder,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served {
    fn new() -> Self {
        let folder = Folder::new();
        let mut child = command()
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--lang",
                "en",
                "--store",
                &folder.path("maat.db"),
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let first = BufReader::new(child.stdout.take().unwrap()).lines().next().unwrap().unwrap();
        let address = first.strip_prefix("Maat listens at http://").unwrap();
        let address = address.trim_end_matches('/').parse().unwrap();
        Self { child, address, _folder: folder }
    }

    /// KiB that it has in memory now, or had at most.
    fn memory(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim_start_matches(':').trim().trim_end_matches(" kB").trim().parse().unwrap()
    }
}

/// Asks by the first line and a header, from an address of this machine's own; the whole answer, or nothing where the connection broke.
async fn ask(to: SocketAddr, nth: usize, head: &str, body: &str) -> Option<String> {
    let socket = TcpSocket::new_v4().ok()?;
    let last = u8::try_from(nth % 250 + 2).ok()?;
    let third = u8::try_from(nth / 250 % 250).ok()?;
    socket.bind((std::net::Ipv4Addr::new(127, 1, third, last), 0).into()).ok()?;
    let mut stream = socket.connect(to).await.ok()?;
    let (line, more) = head.split_once('\n').unwrap_or((head, ""));
    let request = format!(
        "{line} HTTP/1.1\r\nhost: {to}\r\naccept: text/html\r\nconnection: close\r\norigin: http://{to}\r\n\
         sec-fetch-site: same-origin\r\ncontent-length: {}\r\n\
         content-type: application/x-www-form-urlencoded\r\n{more}\r\n\r\n{body}",
        body.len()
    );
    let request = request.replace("\r\n\r\n\r\n", "\r\n\r\n");
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok()?;
    String::from_utf8(answer).ok()
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or(0)
}

/// Somebody at the door: their cookie and the token of the page.
async fn at_the_door(to: SocketAddr, nth: usize) -> (String, String) {
    let page = ask(to, nth, "GET /console/sign-in", "").await.unwrap();
    let cookie = between(&page, "set-cookie: ", ";").to_owned();
    (cookie, between(&page, "name=\"token\" value=\"", "\"").to_owned())
}

#[test]
fn a_crowd_at_the_door_takes_little_memory_and_holds_nobody_else_up() {
    let many: usize = std::env::var("MAAT_CROWD").map_or(150, |it| it.parse().unwrap());
    let served = Served::new();
    let to = served.address;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let (answers, slowest, idle) = runtime.block_on(async {
        let mut doors = Vec::new();
        for nth in 0..many {
            doors.push(at_the_door(to, nth).await);
        }
        let idle = served.memory("VmRSS");
        let tries = doors.into_iter().enumerate().map(|(nth, (cookie, token))| {
            tokio::spawn(async move {
                let name = format!("somebody {nth}");
                let all =
                    [("token", token.as_str()), ("name", &name), ("password", "not the right one")];
                let head = format!("POST /console/sign-in\ncookie: {cookie}");
                ask(to, nth, &head, &form(&all)).await
            })
        });
        let tries: Vec<_> = tries.collect();
        // Others, meanwhile.
        let mut slowest = Duration::ZERO;
        for nth in 0..20 {
            let began = Instant::now();
            let page = ask(to, 60_000 + nth, "GET /", "").await.unwrap();
            slowest = slowest.max(began.elapsed());
            assert!(status(&page) > 0 && status(&page) < 500, "{page}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let mut answers = Vec::new();
        for own in tries {
            answers.push(own.await.unwrap().expect("everybody is answered"));
        }
        (answers, slowest, idle)
    });
    let of = |wanted: u16| answers.iter().filter(|answer| status(answer) == wanted).count();
    let (peak, after) = (served.memory("VmHWM"), served.memory("VmRSS"));
    println!(
        "{many} at once: {} tried, {} told to come back; idle {} MiB, at most {} MiB, after {} MiB; others waited {} ms at most",
        of(401),
        of(503),
        idle >> 10,
        peak >> 10,
        after >> 10,
        slowest.as_millis()
    );
    assert_eq!(
        of(401) + of(503),
        many,
        "{:?}",
        answers.iter().map(|it| status(it)).collect::<Vec<_>>()
    );
    assert!(of(401) > 0, "nobody's password was tried");
    for busy in answers.iter().filter(|answer| status(answer) == 503) {
        assert!(busy.contains("retry-after: 5"), "{busy}");
        assert!(
            busy.contains("Your password was not looked at") || busy.contains("niet bekeken"),
            "{busy}"
        );
    }
    assert!(peak - idle < 200 << 10, "{} MiB over {} MiB", peak >> 10, idle >> 10);
    assert!(slowest < Duration::from_secs(5), "others waited {slowest:?}");
}
