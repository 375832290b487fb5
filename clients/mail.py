"""What `maat mail send` hands to a mail server, read as others read it: the standard library, dkimpy and a
mail program that unsubscribes. Run by clients/mail, which starts everything: mail.py MAAT FOLDER ADDRESS."""

import base64
import email
import email.policy
import http.client
import json
import re
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import dkim

MAAT, FOLDER, SERVICE = sys.argv[1], Path(sys.argv[2]), urlsplit(sys.argv[3])
SITE = "https://keuzes.huisenhaard.example"
FROM = "hallo@huisenhaard.example"
DOMAIN = "huisenhaard.example"
BRIEF = Path("examples/mail/brief.toml")
NOW = email.utils.localtime()
# What a mail program acts on must be vouched for (RFC 8058, 4).
VOUCHED = {"from", "reply-to", "to", "subject", "date", "message-id", "list-id", "list-unsubscribe", "list-unsubscribe-post"}


def maat(key, *args, code=0):
    """What the program says, as JSON."""
    command = [MAAT, *map(str, args), "--config", str(FOLDER / f"{key}.toml"), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code, f"{command} ended with {done.returncode}: {done.stdout}{done.stderr}"
    return json.loads(done.stdout)


class Mail:
    """One message as the mail server got it."""

    def __init__(self, path):
        head, rest = path.read_bytes().split(b"\n\tby smtp-sink", 1)
        self.sent_to = re.findall(rb"^X-Rcpt-Args: <([^>]*)>", head, re.MULTILINE)
        self.sent_to = [address.decode() for address in self.sent_to]
        # After the two lines of the server's own comes the message, with the ends of lines that it had.
        own = rest.split(b"\n", 2)[2]
        self.read(own.replace(b"\n", b"\r\n"))

    def read(self, whole):
        self.bytes = whole
        self.message = email.message_from_bytes(self.bytes, policy=email.policy.default)
        self.text = self.message.get_body(("plain",)).get_content().replace("\r\n", "\n")
        self.html = self.message.get_body(("html",)).get_content().replace("\r\n", "\n")
        self.unsubscribe = self.message["List-Unsubscribe"].strip("<>")


def mails(key):
    return [Mail(path) for path in sorted((FOLDER / key).iterdir())]


class Html(HTMLParser):
    """The words that are seen, where links lead, and whatever would be fetched."""

    UNSEEN = {"style", "title", "script"}

    def __init__(self, text):
        super().__init__()
        self.words, self.links, self.fetched, self.inside = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.inside += [tag] if tag in self.UNSEEN else []
        for name, value in attributes:
            value = value or ""
            if tag == "a" and name == "href":
                self.links.append(value)
            elif name in {"src", "srcset", "background", "poster", "data", "href", "action"} or "url(" in value:
                self.fetched.append(f"<{tag} {name}={value}>")
        if tag in {"img", "script", "link", "iframe", "object", "embed", "video", "audio", "form", "base"}:
            self.fetched.append(f"<{tag}>")

    def handle_endtag(self, tag):
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data):
        if not self.inside:
            self.words += words(data)
        elif self.inside[-1] == "style" and re.search(r"url\(|@import", data):
            self.fetched.append(f"<style> {data}")


def words(text):
    return [word for word in text.split() if re.search(r"\w", word)]


def about_headers(mail, subject):
    own = mail.message
    # As it was written, for the parser folds it its own way.
    lines = mail.bytes.split(b"\r\n\r\n", 1)[0].split(b"\r\n")
    assert max(map(len, lines)) <= 998, "a header line is over 998 bytes (RFC 5322, 2.1.1)"
    assert max(map(len, mail.bytes.split(b"\r\n"))) <= 998, "a line is over 998 bytes"
    assert all(byte < 128 for line in lines for byte in line), "a header is not in ASCII"
    for name in ("From", "Reply-To", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe",
                 "List-Unsubscribe-Post", "Feedback-ID", "MIME-Version", "DKIM-Signature"):
        assert len(own.get_all(name, [])) == 1, f"{name} stands there {len(own.get_all(name, []))} times"
    assert own["From"].addresses[0].addr_spec == FROM and own["From"].addresses[0].display_name == "Huis & Haard"
    assert own["Reply-To"].addresses[0].addr_spec == FROM
    assert [it.addr_spec for it in own["To"].addresses] == mail.sent_to
    assert re.fullmatch(r"<tips\.huis\.huisenhaard\.example>", own["List-Id"]), own["List-Id"]
    uris = re.findall(r"<([^>]*)>", own["List-Unsubscribe"])
    assert len(uris) == 1 and own["List-Unsubscribe"] == f"<{uris[0]}>", own["List-Unsubscribe"]
    assert uris[0].startswith(f"{SITE}/unsubscribe/huis/") and " " not in uris[0], uris
    assert own["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    # Of fixed length and shape: nothing of the person can stand in it as such.
    assert re.fullmatch(rf"<[0-9a-f]{{32}}@{re.escape(DOMAIN)}>", own["Message-ID"]), own["Message-ID"]
    assert abs((email.utils.parsedate_to_datetime(own["Date"]) - NOW).total_seconds()) < 900, own["Date"]
    # The person's id stands in their address in these data; it must stand nowhere else.
    without = mail.bytes.replace(mail.sent_to[0].encode(), b"")
    body = f"{mail.text}{mail.html}".replace(mail.sent_to[0], "")
    assert not re.search(rf"\b{subject}\b", without.decode("ascii") + body), f"the id {subject} stands in the mail"


def about_parts(mail):
    own = mail.message
    assert own.get_content_type() == "multipart/alternative"
    kinds = [(part.get_content_type(), part.get_content_charset()) for part in own.iter_parts()]
    assert kinds == [("text/plain", "utf-8"), ("text/html", "utf-8")], kinds
    html = Html(mail.html)
    assert html.fetched == [], f"the HTML fetches {html.fetched}"
    told = re.sub(r": https://\S+", "", mail.text)
    # The HTML has the name of the sender on top, where the text has none.
    assert html.words == words("Huis & Haard") + words(told), f"the parts differ:\n{html.words}\n{words(told)}"
    assert html.links == re.findall(r"https://\S+", mail.text), "the parts lead elsewhere"
    assert all(link.startswith(f"{SITE}/") for link in html.links), html.links
    assert mail.unsubscribe in html.links, "the mail does not show what its header says"


def public(key):
    """What stands in the DNS of the domain."""
    form = base64.b64encode((FOLDER / f"{key}.public").read_bytes()).decode()
    return f"v=DKIM1; k={key}; p={form}".encode()


def holds(raw, key, record=None):
    def asked(name, timeout=5):
        return (record or public(key)) if name in (f"{key}._domainkey.{DOMAIN}.", f"{key}._domainkey.{DOMAIN}".encode() + b".") else None
    return dkim.verify(raw, dnsfunc=asked, minkey=1024)


def about_dkim(mail, key, thorough):
    assert holds(mail.bytes, key), f"the signature of {key} does not hold"
    signature = mail.message["DKIM-Signature"]
    fields = dict(field.strip().split("=", 1) for field in re.sub(r"\s+", " ", signature).rstrip("; ").split(";"))
    signed = {name.strip().lower() for name in fields["h"].split(":")}
    assert VOUCHED <= signed, f"not signed: {VOUCHED - signed}"
    assert "l" not in fields, "a signature of a part of the body lets anything be added"
    assert fields["d"].strip() == DOMAIN, "not of the domain of the sender (DMARC)"
    assert fields["a"].strip() == f"{key}-sha256"
    if not thorough:
        return 0
    head, body = mail.bytes.split(b"\r\n\r\n", 1)
    changed = [head + b"\r\n\r\n" + body.replace(b"Huis", b"Huls", 1), mail.bytes + b"more\r\n"]
    for name in sorted(signed):
        lines = re.compile(rb"(?im)^(" + name.encode() + rb": ?)")
        assert lines.search(head), f"{name} is signed, and not there"
        changed.append(lines.sub(rb"\1x", head, count=1) + b"\r\n\r\n" + body)
        gone = re.compile(rb"(?im)^" + name.encode() + rb":.*\r\n([ \t].*\r\n)*")
        changed.append(gone.sub(b"", head + b"\r\n", count=1) + b"\r\n" + body)
    for raw in changed:
        assert raw != mail.bytes and not holds(raw, key), f"a changed mail still holds:\n{raw.decode()}"
    return len(changed)


def asks(method, url, body=None, kind=None):
    """One question to the service, as to the site that the mails name; with no cookie, and no redirect followed."""
    own = urlsplit(url)
    assert f"{own.scheme}://{own.netloc}" == SITE
    connection = http.client.HTTPConnection(SERVICE.hostname, SERVICE.port, timeout=10)
    connection.request(method, own.path, body, {"Host": own.netloc, **({"Content-Type": kind} if kind else {})})
    answer = connection.getresponse()
    text = answer.read().decode()
    assert answer.status == 200, f"{method} answers {answer.status}: {text}"
    assert answer.getheader("Set-Cookie") is None and answer.getheader("Location") is None
    assert "<script" not in text
    return text


def stands(key="rsa"):
    verified = maat(key, "ledger", "verify", "--rows")["verified"]
    assert verified["count"] == 0, verified
    return verified["size"], verified["root"]


def history(subject):
    return maat("rsa", "subject", "show", subject)["history"]


def sent(key, brief, people):
    """Sends, and reads all of what arrived."""
    counts = maat(key, "mail", "send", brief)
    assert counts["sent"] == people and counts["failed"] + counts["waiting"] + counts["held"] == 0, counts
    own = mails(key)
    assert len(own) == people, f"{people} were sent, {len(own)} arrived"
    assert all(len(mail.sent_to) == 1 for mail in own), "a mail has more than one recipient"
    assert len({mail.sent_to[0] for mail in own}) == people, "somebody got two"
    assert len({mail.message["Message-ID"] for mail in own}) == people, "two mails have one Message-ID"
    assert len({mail.unsubscribe for mail in own}) == people, "two people have one link"
    # What is reported on must be of many mails: Gmail adds up what shares a field, the last 5 to 15 letters long.
    feedback = {mail.message["Feedback-ID"] for mail in own}
    assert len(feedback) == 1, f"no two mails share a Feedback-ID: {sorted(feedback)[:2]}"
    fields = feedback.pop().split(":")
    assert len(fields) <= 4 and 5 <= len(fields[-1]) <= 15 and len(set(fields)) == len(fields), fields
    for nth, mail in enumerate(own):
        defects = [defect for part in mail.message.walk() for defect in part.defects]
        defects += [(name, value.defects) for name, value in mail.message.items() if value.defects]
        assert not defects, f"the mail to {mail.sent_to} has defects: {defects}"
        about_headers(mail, mail.sent_to[0].split("@")[0])
        about_parts(mail)
        tried = about_dkim(mail, key, nth == 0) or (tried if nth else 0)
    personal = len({mail.text.split("\n-- \n")[0] for mail in own})
    print(f"{people} mails, one a person, signed with {key}: read without a defect, {personal} different texts,")
    print(f"  headers, parts and links as they should be; DKIM holds for each, and for none of {tried} changed ones")
    return own


def main():
    reached = maat("rsa", "mail", "preview", BRIEF)["reached"]
    first = sent("rsa", BRIEF, reached)
    began = time.monotonic()

    by_post, by_form, stays = first[0], first[1], first[2]
    before, then = stands(), [history(mail.sent_to[0].split("@")[0]) for mail in first[:3]]
    page = asks("GET", by_post.unsubscribe)
    assert "<form" in page and 'name="List-Unsubscribe"' in page and by_post.sent_to[0].split("@")[0] not in page
    assert stands() == before, "looking at the link changes the ledger"
    print("GET of the link: 200, a page that asks, and the ledger as it was")
    asks("POST", by_post.unsubscribe, "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded")
    form = '--it\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--it--\r\n'
    asks("POST", by_form.unsubscribe, form, "multipart/form-data; boundary=it")
    asks("POST", by_form.unsubscribe, form, "multipart/form-data; boundary=it")
    now = [history(mail.sent_to[0].split("@")[0]) for mail in first[:3]]
    assert len(now[0]) == len(then[0]) + 1 and len(now[1]) > len(then[1]) and now[2] == then[2], now
    print("POST List-Unsubscribe=One-Click, in both forms of RFC 8058: 200, no cookie, no redirect, on record")

    # Another brief, at once: who was unsubscribed is left out, and everybody else gets it.
    other = FOLDER / "other.toml"
    other.write_text(BRIEF.read_text().replace('id = "tips-mail"', 'id = "tips-mail-two"'))
    second = sent("ed25519", other, reached - 2)
    got = {mail.sent_to[0] for mail in second}
    assert got == {mail.sent_to[0] for mail in first} - {by_post.sent_to[0], by_form.sent_to[0]}
    names = {mail.message["Message-ID"] for mail in first} & {mail.message["Message-ID"] for mail in second}
    assert not names, "a Message-ID is used again"

    # A mailing that was sent is held for half a minute by the run that sent it.
    time.sleep(max(0, 31 - (time.monotonic() - began)))
    again = maat("rsa", "mail", "send", BRIEF)
    assert again["sent"] == reached and len(mails("rsa")) == reached, "sent again, somebody gets a second one"
    print("the first brief sent again: nobody gets a second one")
    link = Html(stays.html).links[0]
    asks("GET", link)
    print("another brief, at once: the two who unsubscribed are left out; the link to why answers")
    print(f"the ledger is whole: {stands()[0]} entries")


if __name__ == "__main__":
    main()
