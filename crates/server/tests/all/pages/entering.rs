//! Entering by a code that is mailed, with a real mail server: aiosmtpd, which keeps what it gets.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use maat::ledger::{Address, Event, How, Strength};
use maat_practice::code_mail::CodeMail;
use tempfile::TempDir;

use crate::site::Site;

/// A mail server that keeps every mail as a file.
struct Server {
    process: Child,
    address: SocketAddr,
    folder: TempDir,
}

impl Server {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let process = Command::new("/usr/bin/python3")
            .args(["-m", "aiosmtpd", "-n", "-l", &address.to_string()])
            .args(["-c", "aiosmtpd.handlers.Mailbox"])
            .arg(folder.path().join("mail"))
            .stderr(Stdio::null())
            .spawn()
            .expect("Debian has python3");
        let mut own = Self { process, address, folder };
        let began = Instant::now();
        while TcpStream::connect(own.address).is_err() {
            let ended = own.process.try_wait().unwrap();
            assert!(ended.is_none(), "no mail server: apt-get install python3-aiosmtpd");
            assert!(began.elapsed() < Duration::from_secs(30), "the mail server does not start");
            std::thread::sleep(Duration::from_millis(20));
        }
        own
    }

    fn site(&self) -> Site {
        let url = format!("smtp://{}", self.address);
        let mail = CodeMail::new(&url, "Huis & Haard <keuzes@huisenhaard.example>").unwrap();
        Site::told(move |service| service.with_code_mail(mail.clone()))
    }

    /// The mails that came, once there are so many.
    fn mails(&self, count: usize) -> Vec<String> {
        let new: PathBuf = self.folder.path().join("mail/new");
        let began = Instant::now();
        loop {
            let files = std::fs::read_dir(&new).map_or(0, Iterator::count);
            if files >= count {
                let all = std::fs::read_dir(&new).unwrap();
                return all
                    .map(|it| std::fs::read_to_string(it.unwrap().path()).unwrap())
                    .collect();
            }
            assert!(began.elapsed() < Duration::from_secs(30), "{files} mails of {count}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The number that a page keeps.
fn ticket(page: &str) -> String {
    let from = page.split("name=\"ticket\" value=\"").nth(1).unwrap();
    from.split('"').next().unwrap().to_owned()
}

/// The code in a mail.
fn code(mail: &str) -> String {
    let from = mail.split("Je code is ").nth(1).unwrap();
    from.chars().take(6).collect()
}

const OTHER: &str = "nobody@example.org";

#[test]
fn a_code_from_the_mailbox_opens_the_page_and_a_yes_there_confirms_the_address() {
    let server = Server::new();
    let site = server.site();
    site.shop().add_address("anna", &Address::on_record("anna@example.org")).unwrap();
    assert!(site.page("/p/shop").html(200).contains("type=\"email\""));
    let reply = site.form("/p/shop", &[("address", " ANNA@example.org ")]);
    let ticket = ticket(reply.html(200));
    let mail = server.mails(1).remove(0);
    for told in
        ["keuzes@huisenhaard.example", "anna@example.org", "is je code voor", "Auto-Submitted"]
    {
        assert!(mail.contains(told), "{told}: {mail}");
    }
    let code = code(&mail);
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    let own = site.form("/p/shop/code", &[("ticket", &ticket), ("code", &spaced)]).on();
    assert!(own.starts_with("/p/shop/"), "{own}");
    site.page(&own).html(200);
    site.form("/p/shop/code", &[("ticket", &ticket), ("code", &code)]).html(422);

    let own = own.split('?').next().unwrap();
    let fields = [("choice", "mail"), ("wording", "1"), ("lang", "nl"), ("answer", "yes")];
    site.form(&format!("{own}/choice"), &fields).on();
    let (known, entries) = site.shop().known("anna").unwrap();
    assert!(known.standing.unwrap().confirmed.is_some(), "they came from their own mailbox");
    let record = entries[0].record().unwrap().unwrap();
    let Event::ConsentGiven { strength, how, .. } = record.event.as_ref() else { panic!() };
    assert_eq!(*strength, Strength::Given);
    assert!(matches!(how, How::DoubleOptIn { .. }));
    site.later(7_200_000);
    site.page(own).problem_page(404);
}

#[test]
fn nobody_learns_whether_an_address_is_known() {
    let server = Server::new();
    let site = server.site();
    site.shop().add_address("anna", &Address::on_record("anna@example.org")).unwrap();
    let plain = |address: &str| {
        let reply = site.form("/p/shop", &[("address", address)]);
        let page = reply.html(200).to_owned();
        let mut names: Vec<String> = reply.headers.keys().map(ToString::to_string).collect();
        names.sort();
        (page.replace(&ticket(&page), "TICKET"), names)
    };
    assert_eq!(plain("anna@example.org"), plain(OTHER));
    let mails = server.mails(1);
    assert_eq!(mails.len(), 1);
    assert!(!mails[0].contains(OTHER));
}

#[test]
fn codes_are_not_guessed_and_mailboxes_not_flooded() {
    let server = Server::new();
    let site = server.site();
    site.shop().add_address("anna", &Address::on_record("anna@example.org")).unwrap();
    let reply = site.form("/p/shop", &[("address", "anna@example.org")]);
    let ticket = ticket(reply.html(200));
    let code = code(&server.mails(1)[0]);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        let reply = site.form("/p/shop/code", &[("ticket", &ticket), ("code", wrong)]);
        assert!(reply.html(422).contains("role=\"alert\""));
    }
    site.form("/p/shop/code", &[("ticket", &ticket), ("code", &code)]).html(422);
    // Two more, and then the address has to wait; so has one that nobody has.
    for address in ["anna@example.org", OTHER] {
        let asked = if address == OTHER { 3 } else { 2 };
        for _ in 0..asked {
            site.form("/p/shop", &[("address", address)]).html(200);
        }
        site.form("/p/shop", &[("address", address)]).problem_page(429);
    }
    site.later(600_000);
    site.form("/p/shop", &[("address", "anna@example.org")]).html(200);
}

#[test]
fn one_client_cannot_try_many_addresses() {
    let server = Server::new();
    let site = server.site();
    for nth in 0..30 {
        site.form("/p/shop", &[("address", &format!("a{nth}@example.org"))]).html(200);
    }
    site.form("/p/shop", &[("address", "last@example.org")]).problem_page(429);
    site.form("/p/shop/code", &[("ticket", "x"), ("code", "1")]).problem_page(429);
}

#[test]
fn what_is_no_address_is_told_and_no_mail_server_is_told_too() {
    let server = Server::new();
    let site = server.site();
    for wrong in ["", "anna", "anna@example.org\r\nBcc: all@example.org", "<script>@x.org"] {
        let reply = site.form("/p/shop", &[("address", wrong)]);
        let page = reply.html(422);
        assert!(
            page.contains("aria-invalid=\"true\"") && page.contains("geen mailadres"),
            "{page}"
        );
    }
    // What is no address is counted by the client alone.
    for _ in 0..5 {
        site.form("/p/shop", &[("address", "anna")]).html(422);
    }
    let site = Site::new();
    let page = site.page("/p/shop");
    assert!(page.html(200).contains("Open onze nieuwste mail"), "{}", page.body);
    site.form("/p/shop", &[("address", "anna@example.org")]).html(422);
}

#[test]
fn a_mail_server_that_is_gone_changes_nothing_for_who_asks() {
    let mail = CodeMail::new("smtp://127.0.0.1:1", "Huis <a@example.org>").unwrap();
    let site = Site::told(move |service| service.with_code_mail(mail.clone()));
    site.shop().add_address("anna", &Address::on_record("anna@example.org")).unwrap();
    site.form("/p/shop", &[("address", "anna@example.org")]).html(200);
}
