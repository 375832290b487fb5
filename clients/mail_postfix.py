"""A campaign to a real Postfix, which delivers, refuses and bounces. Run by clients/mail, after mail.py:
mail_postfix.py MAAT FOLDER ADDRESS PORT."""

import email
import email.policy
import json
import subprocess
import sys
import time

from mail import BRIEF, FOLDER, FROM, MAAT, Mail, about_dkim, about_headers, about_parts, maat, mails, stands

PORT = sys.argv[4]
POSTFIX = FOLDER / "postfix"
# What a mail server writes above a mail that it delivers.
ABOVE = ("Return-Path", "X-Original-To", "Delivered-To", "Received")


class Delivered(Mail):
    """A message as it lies in a Maildir: below what the mail server wrote above it."""

    def __init__(self, path):
        self.read(path.read_bytes().replace(b"\n", b"\r\n"))
        self.sent_to = [self.message["X-Original-To"]]
        for name in ABOVE:
            assert self.message[name], f"{name} is not there: Postfix did not deliver this"
        assert self.message["Return-Path"] == f"<{FROM}>", self.message["Return-Path"]


def postfix(what, *args):
    command = ["clients/mail-postfix", what, POSTFIX, *args]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"Postfix does not {what}: {done.stdout}{done.stderr}"


def maildir(name):
    return sorted((POSTFIX / "mail" / name / "new").glob("*"))


def until(what, so):
    began = time.monotonic()
    while not so():
        assert time.monotonic() - began < 60, f"{what}\n{(POSTFIX / 'log').read_text()[-4000:]}"
        time.sleep(0.1)


def returned(source, given=None):
    command = [MAAT, "mail", "returned", str(source), "--config", str(FOLDER / "postfix.toml"), "--json"]
    done = subprocess.run(command, capture_output=True, input=given, check=False)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return json.loads(done.stdout)


def about_delivered(people):
    for nth, address in enumerate(people):
        files = maildir(address)
        assert len(files) == 1, f"{address} has {len(files)} mails"
        mail = Delivered(files[0])
        assert mail.sent_to == [address]
        defects = [defect for part in mail.message.walk() for defect in part.defects]
        assert not defects, f"the mail to {address} has defects: {defects}"
        about_headers(mail, address.split("@")[0])
        about_parts(mail)
        about_dkim(mail, "rsa", nth == 0)


def stops(subject):
    kinds = [entry["kind"] for entry in maat("postfix", "subject", "show", subject)["history"]]
    return kinds.count("suppressed")


def main():
    people = [mail.sent_to[0] for mail in mails("ed25519")]
    unknown, gone, others = people[0], people[1], people[2:]
    POSTFIX.mkdir()
    boxes = [f"{address} {address}/" for address in others] + [f"{FROM} bounces/"]
    (POSTFIX / "mailboxes").write_text("\n".join(boxes) + "\n")
    # Taken at the door, for the alias is known; whom it leads to is not.
    (POSTFIX / "aliases").write_text(f"{gone} left-the-company@klant.example\n")
    postfix("start", PORT)
    try:
        brief = FOLDER / "third.toml"
        brief.write_text(BRIEF.read_text().replace('id = "tips-mail"', 'id = "tips-mail-three"'))
        counts = maat("postfix", "mail", "send", brief, code=1)
        assert counts["failed"] == 1 and counts["sent"] == len(people) - 1, counts
        assert counts["waiting"] + counts["held"] + counts["suspect"] == 0, counts
        until("not all is delivered", lambda: all(map(maildir, others)) and maildir("bounces"))
    finally:
        postfix("stop")
    about_delivered(others)
    print(f"Postfix: {len(others)} delivered, one in each Maildir; DKIM holds below what it wrote above them")
    assert not maildir(unknown) and not maildir(gone)
    print("Postfix: whom it does not know it refuses at RCPT, and the mail has failed")

    reports = maildir("bounces")
    assert len(reports) == 1, reports
    raw = reports[0].read_bytes()
    report = email.message_from_bytes(raw, policy=email.policy.default)
    assert report.get_content_type() == "multipart/report" and report["Return-Path"] == "<>", report.items()
    who = gone.split("@")[0]
    assert stops(who) == 0
    nothing = {"bounced": 0, "complained": 0, "underway": 0, "others": 0}
    assert returned(POSTFIX / "mail" / "bounces") == nothing | {"bounced": 1}
    assert stops(who) == 1
    assert maat("postfix", "mail", "preview", brief, "--subject", who)["held"]
    before = stands()
    # As a mail server pipes it into a program: with the line of a mailbox above it.
    for given in (raw, b"From MAILER-DAEMON Sun Nov 29 10:00:00 2026\n" + raw):
        assert returned("-", given) == nothing | {"bounced": 1}
    assert returned(POSTFIX / "mail" / "bounces") == nothing | {"bounced": 1}
    assert stands() == before, "reading a report again changes the ledger"
    for address in others[:3]:
        assert stops(address.split("@")[0]) == 0
    print("its own report of what it could not deliver stops that address, and reading it again changes nothing")


if __name__ == "__main__":
    main()
