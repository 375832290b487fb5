//! The mail with a code, by which somebody shows that a mailbox is theirs.

use maat::ledger::Address;
use maat::mistake::Mistake;
use maat::words::Lang;
use maat_channels::{Letter, Mail};

use crate::trouble::Trouble;

/// The mail server that codes are mailed by.
#[derive(Debug, Clone)]
pub struct CodeMail(Mail);

impl CodeMail {
    /// A mail server, as `smtp://mail.example.org`, and who sends.
    pub fn new(server: &str, from: &str) -> Result<Self, Mistake> {
        Mail::new(server, from).map(Self)
    }

    /// Mails a code of a company to an address.
    pub fn send(&self, company: &str, lang: Lang, to: &Address, code: &str) -> Result<(), Trouble> {
        let subject = match lang {
            Lang::Nl => format!("{code} is je code voor {company}"),
            Lang::En => format!("{code} is your code for {company}"),
        };
        let text = match lang {
            Lang::Nl => format!(
                "Je code is {code}\n\nVul hem in op de pagina waar je hem vroeg. Hij geldt tien minuten, één keer.\n\n\
                 Heb je hem niet gevraagd? Dan hoef je niets te doen: zonder de code kan niemand erin.\n\n{company}\n"
            ),
            Lang::En => format!(
                "Your code is {code}\n\nFill it in on the page where you asked for it. It holds for ten minutes, once.\n\n\
                 Did you not ask for it? Then you need do nothing: nobody gets in without the code.\n\n{company}\n"
            ),
        };
        let letter = Letter { to, subject: &subject, text: &text };
        self.0.send(&letter).map_err(|error| Trouble::fault(error.to_string()))
    }
}
