//! A server that speaks the protocol of chat completions over TCP, and answers what it is told to. It
//! listens on a port of its own and stops with the test.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// What it does with a question.
#[derive(Debug, Clone)]
pub enum Answer {
    /// Streams a text in pieces of so many bytes, each sent by itself.
    Text(String, usize),
    /// As [`Self::Text`], and closes after the first half of the bytes.
    BrokenOff(String),
    /// These bytes after a status line with this code and this content type.
    Raw(u16, &'static str, Vec<u8>),
    /// The head of a stream, and nothing more until the other side goes away.
    Silent,
    /// A comment again and again until the other side goes away.
    Drip,
    /// More bytes of events than anybody should read.
    Endless,
}

/// A running server.
pub struct ModelServer {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl ModelServer {
    /// Starts one that gives these answers in turn, the last again and again.
    pub fn start(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (asked, stop) = (Arc::<Mutex<Vec<String>>>::default(), Arc::<AtomicBool>::default());
        let (heard, ended) = (Arc::clone(&asked), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            for (nth, stream) in listener.incoming().enumerate() {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                let answer = answers.get(nth).or(answers.last());
                // Whoever asked may go away at any moment.
                let _ = serve(&stream.unwrap(), answer.unwrap(), &heard, &ended);
            }
        });
        Self { address, asked, stop, thread: Some(thread) }
    }

    /// Its base address.
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// The requests it got, each with head and body.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for ModelServer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The events of a text: a role, the text letter by letter in threes, the end.
pub fn events(text: &str) -> String {
    let mut out = ": hello\n\n".to_owned();
    let mut event = |delta: serde_json::Value, reason: Option<&str>| {
        let chunk = serde_json::json!({
            "id": "x", "object": "chat.completion.chunk", "model": "m",
            "choices": [{ "index": 0, "delta": delta, "finish_reason": reason }],
        });
        out.extend(["data: ", &chunk.to_string(), "\r\n\r\n"]);
    };
    event(serde_json::json!({ "role": "assistant", "content": "" }), None);
    let letters: Vec<char> = text.chars().collect();
    for piece in letters.chunks(3) {
        event(serde_json::json!({ "content": piece.iter().collect::<String>() }), None);
    }
    event(serde_json::json!({}), Some("stop"));
    out.push_str("data: [DONE]\n\n");
    out
}

/// A request, head and body; nothing where whoever asked went away.
fn hear(reader: &mut BufReader<&TcpStream>) -> std::io::Result<Option<String>> {
    let (mut request, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        request.push_str(&line);
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    request.push_str(&String::from_utf8(body).unwrap());
    Ok(Some(request))
}

fn serve(
    stream: &TcpStream,
    answer: &Answer,
    asked: &Mutex<Vec<String>>,
    ended: &AtomicBool,
) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    let Some(request) = hear(&mut reader)? else { return Ok(()) };
    asked.lock().unwrap().push(request);
    let mut out = stream;
    let head = |code: u16, of: &str| {
        format!("HTTP/1.1 {code} As It Is\r\ncontent-type: {of}\r\nconnection: close\r\n\r\n")
    };
    if let Answer::Raw(code, of, bytes) = answer {
        out.write_all(head(*code, of).as_bytes())?;
        return out.write_all(bytes);
    }
    out.write_all(head(200, "text/event-stream; charset=utf-8").as_bytes())?;
    match answer {
        Answer::Text(text, size) => {
            for piece in events(text).as_bytes().chunks(*size) {
                out.write_all(piece)?;
                out.flush()?;
            }
        }
        Answer::BrokenOff(text) => {
            let events = events(text);
            out.write_all(&events.as_bytes()[..events.len() / 2])?;
        }
        Answer::Silent => {
            // Reading ends when the other side goes away.
            stream.set_read_timeout(Some(Duration::from_secs(20)))?;
            let _ = reader.read(&mut [0])?;
        }
        Answer::Drip => {
            while !ended.load(Ordering::SeqCst) {
                out.write_all(b": wait\n\n")?;
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        Answer::Endless => {
            let event = events(&"a".repeat(900));
            let event = event.as_bytes();
            let event = &event[..event.len() - "data: [DONE]\n\n".len()];
            for _ in 0..10 * 1024 * 1024 / event.len() {
                out.write_all(event)?;
            }
        }
        Answer::Raw(..) => {}
    }
    Ok(())
}
