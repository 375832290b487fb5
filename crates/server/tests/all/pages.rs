//! The pages that customers see, over HTTP.

#[path = "pages/entering.rs"]
mod entering;
#[path = "pages/every.rs"]
mod every;
#[path = "pages/guarded.rs"]
mod guarded;
#[path = "pages/preferences.rs"]
mod preferences;
#[path = "pages/unsubscribe.rs"]
mod unsubscribe;
#[path = "pages/why.rs"]
mod why;

use maat::ledger::{At, Event, Sighted};
use maat_store::Draft;

use crate::site::{Reply, Site};

impl Reply {
    /// The page it is, whole.
    #[track_caller]
    pub fn html(&self, status: u16) -> &str {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.header("content-type"), "text/html; charset=utf-8");
        assert!(!self.body.contains("<script") && !self.body.contains("style="), "{}", self.body);
        assert!(self.headers.get("set-cookie").is_none());
        &self.body
    }

    /// A problem, as a page.
    #[track_caller]
    fn problem_page(&self, status: u16) {
        assert!(self.html(status).contains("noem dan dit nummer"), "{}", self.body);
    }

    /// Where it sends the browser.
    #[track_caller]
    pub fn on(&self) -> String {
        assert_eq!(self.status, 303, "{}", self.body);
        self.header("location").split('#').next().unwrap().to_owned()
    }
}

impl Site {
    /// Records something of a person.
    pub fn happens(&self, subject: &str, event: Event) {
        self.later(1000);
        self.shop().append(self.now(), &[Draft::now(subject, "test", event)]).unwrap();
    }

    /// A signal of a person.
    fn sees(&self, subject: &str, signal: &str, value: &str, source: &str) {
        let own = Sighted {
            signal: signal.into(),
            value: value.into(),
            source: source.into(),
            on: self.now(),
            expires: None,
        };
        self.happens(subject, Event::SignalSeen(own));
    }

    /// The same of somebody who came by a code to their own mailbox.
    pub fn mailed_pass(&self, subject: &str) -> String {
        let pass = maat_practice::links::pass::Pass::new(subject, self.now(), true);
        pass.path(&self.shop(), self.now().plus_days(1)).unwrap()
    }

    /// The path of somebody's preference centre, for a day: as the program makes one.
    pub fn pass(&self, subject: &str) -> String {
        let made = At(self.now().0);
        let pass = serde_json::json!({ "subject": subject, "made": made });
        let ends = self.now().plus_days(1);
        let bytes = pass.to_string().into_bytes();
        let sealed = self.shop().seal_link("preferences", &bytes, ends).unwrap();
        format!("/p/shop/{sealed}")
    }
}
