//! Mails over one connection: what the server is told, and when.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};

use maat::ledger::Address;
use maat_channels::{Bulk, Handed, Outgoing, Parts, Ready};

/// A mail server that takes so many mails a connection, then ends it, and tells every line it hears.
/// To whoever's address begins with a code it answers with that.
fn server(mails_each: usize) -> (SocketAddr, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let _ = tell.send("connected".to_owned());
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let say = |text: &str| (&stream).write_all(format!("{text} so\r\n").as_bytes());
            let (mut in_words, mut taken) = (false, 0);
            say("220").unwrap();
            while let Some(Ok(line)) = lines.next() {
                let _ = tell.send(line.clone());
                let code = line.strip_prefix("RCPT TO:<").and_then(|to| to.get(..3));
                let code = code.filter(|to| to.parse::<u16>().is_ok());
                let answer = match line.as_str() {
                    "." => "250",
                    _ if in_words => continue,
                    "DATA" => "354",
                    "QUIT" => "221",
                    _ => code.unwrap_or("250"),
                };
                in_words = line == "DATA";
                taken += usize::from(line == ".");
                if say(answer).is_err() || taken == mails_each && line == "." {
                    break;
                }
            }
            let _ = tell.send("ended".to_owned());
        }
    });
    (address, told)
}

fn bulk(address: SocketAddr) -> Bulk {
    Bulk::new(&format!("smtp://{address}"), "Huis <hallo@example.org>", None).unwrap()
}

fn ready(bulk: &Bulk, to: &str) -> Ready {
    let (text, html) = (".\r\n.een punt".to_owned(), "<p>een punt</p>".to_owned());
    let mail = Outgoing {
        to: &Address::on_record(to),
        reply_to: "hallo@example.org",
        parts: &Parts { subject: "Punt".to_owned(), text, html },
        id: "1",
        campaign: "c",
        list: "l",
        unsubscribe: "https://example.org/u",
    };
    bulk.write(&mail).unwrap()
}

fn heard(told: &Receiver<String>) -> Vec<String> {
    told.try_iter().collect()
}

fn count(heard: &[String], line: &str) -> usize {
    heard.iter().filter(|it| *it == line).count()
}

#[test]
fn what_may_not_leave_any_more_is_not_seen_by_the_server_and_the_next_mail_goes() {
    let (address, told) = server(9);
    let bulk = bulk(address);
    let mut connection = bulk.connection();
    let (anna, ben) = (ready(&bulk, "anna@example.org"), ready(&bulk, "ben@example.org"));
    let mut asked = Vec::new();
    let handed = connection.hand_over(&anna, || {
        // The server waits for the words: all that is before them has been said.
        asked = heard(&told);
        false
    });
    assert_eq!(handed, Ok(Handed::Withheld));
    assert_eq!(asked.last().map(String::as_str), Some("DATA"), "{asked:?}");
    assert_eq!(connection.hand_over(&ben, || true), Ok(Handed::Taken));
    drop(connection);
    let after = heard(&told);
    assert!(!after.iter().any(|line| line.contains("anna")), "{after:?}");
    assert_eq!(count(&after, "."), 1, "{after:?}");
    assert_eq!(count(&after, "Subject: Punt"), 1, "{after:?}");
    assert!(after.contains(&"..".to_owned()) && after.contains(&"..een punt".to_owned()));
}

#[test]
fn a_connection_is_kept_and_one_that_the_server_ended_is_made_again() {
    let (address, told) = server(2);
    let bulk = bulk(address);
    let mut connection = bulk.connection();
    for nth in 0..5 {
        let mail = ready(&bulk, &format!("c{nth}@example.org"));
        assert_eq!(connection.hand_over(&mail, || true), Ok(Handed::Taken), "{nth}");
    }
    drop(connection);
    let heard = heard(&told);
    assert_eq!((count(&heard, "connected"), count(&heard, ".")), (3, 5), "{heard:?}");
}

#[test]
fn what_the_server_says_decides_whether_to_try_again_and_nobody_is_named() {
    let (address, _told) = server(9);
    let bulk = bulk(address);
    let mut connection = bulk.connection();
    for (to, again, code) in
        [("550anna@example.org", false, "code 550"), ("451anna@example.org", true, "code 451")]
    {
        let error = connection.hand_over(&ready(&bulk, to), || true).unwrap_err();
        assert_eq!((error.again, error.unseen), (again, false), "{error}");
        assert!(error.what.contains(code) && !error.what.contains("anna"), "{error}");
    }
    let mail = ready(&bulk, "ben@example.org");
    assert_eq!(connection.hand_over(&mail, || true), Ok(Handed::Taken));
}

#[test]
fn only_where_the_words_left_and_no_answer_came_the_mail_may_have_arrived() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        // The first ends before the words, the second behind them.
        for end in ["DATA", "."] {
            let (stream, _) = listener.accept().unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            (&stream).write_all(b"220 test\r\n").unwrap();
            let mut in_words = false;
            while let Some(Ok(line)) = lines.next() {
                if line == end {
                    break;
                }
                if !in_words {
                    let answer = if line == "DATA" { "354 go on" } else { "250 ok" };
                    (&stream).write_all(format!("{answer}\r\n").as_bytes()).unwrap();
                }
                in_words |= line == "DATA";
            }
        }
    });
    let bulk = bulk(address);
    for unseen in [false, true] {
        let mail = ready(&bulk, "anna@example.org");
        let error = bulk.connection().hand_over(&mail, || true).unwrap_err();
        assert_eq!((error.again, error.unseen), (true, unseen), "{error}");
    }
}
