//! The companies that the service answers for: their names, their Codes and their briefs.

use std::path::Path;
use std::sync::Arc;

use maat::code::Code;
use maat::mistake::{Mistakes, did_you_mean};
use maat::words::Lang;
use maat_practice::campaign::Campaign;
use maat_practice::campaign::folder::Controller;
use maat_practice::company::Company;
use maat_store::{ControllerId, Scope};

use super::Service;
use crate::problem::{Kind, Problem};

impl Service {
    /// The name of a company, as its customers know it: that of its briefs; else its id.
    pub fn company<'a>(&'a self, controller: &'a ControllerId) -> &'a str {
        let own = self.controllers.get(controller);
        let brief = own.and_then(|own| own.campaigns.values().next());
        brief.map_or(controller.as_str(), |campaign| &campaign.proposal().brief().controller)
    }

    /// The Code of a controller.
    pub fn code(&self, controller: &ControllerId) -> &Arc<Code> {
        self.controllers.get(controller).map_or(&self.code, |one| &one.code)
    }

    /// A controller as whoever acts for it sees it now.
    pub fn acting<'a>(
        &'a self,
        scope: &'a Scope<'a>,
        controller: &'a ControllerId,
        lang: Lang,
    ) -> Company<'a> {
        let names = self.names(controller);
        Company { scope, code: self.code(controller), names, now: self.now(), lang }
    }

    /// The name of a company as its customers know it, and as its receipts have it.
    pub fn names<'a>(&'a self, controller: &'a ControllerId) -> [&'a str; 2] {
        let name = self.company(controller);
        [name, self.party.as_ref().map_or(name, |party| &party.name)]
    }

    /// The folder of a controller's Code; nothing for the default Code, which is built in.
    pub fn code_folder(&self, controller: &ControllerId) -> Option<&Path> {
        let own = self.controllers.get(controller).and_then(|one| one.code_folder.as_deref());
        own.or(self.code_folder.as_deref())
    }

    /// A controller that has briefs or a Code of its own.
    pub fn controller(&self, id: &ControllerId) -> Option<&Controller> {
        self.controllers.get(id)
    }

    /// The campaign of a brief, with the Code that it answers to.
    pub fn campaign(
        &self,
        controller: &ControllerId,
        brief: &str,
    ) -> Result<(&Code, &Campaign), Problem> {
        let known = self.controller(controller);
        if let Some(wrong) = known.and_then(|one| one.refused.get(brief)) {
            return Err(refused(brief, wrong));
        }
        let found = known.and_then(|one| Some((&*one.code, &**one.campaigns.get(brief)?)));
        found.ok_or_else(|| {
            let names = known.iter().flat_map(|one| one.campaigns.keys().map(String::as_str));
            Problem::unknown(("de briefing", "the brief"), brief, &did_you_mean(brief, names))
        })
    }

    /// The briefs that cannot be used, of everybody: whose, and what is wrong in each.
    pub fn refused_briefs(&self) -> impl Iterator<Item = (&ControllerId, &str, &Mistakes)> {
        self.controllers.iter().flat_map(|(id, one)| {
            one.refused.iter().map(move |(brief, wrong)| (id, brief.as_str(), wrong))
        })
    }
}

/// A brief that cannot be used, with what is wrong in it. Where its file stands is for the log.
fn refused(brief: &str, wrong: &Mistakes) -> Problem {
    let told = |lang: Lang| {
        let each = wrong.0.iter().map(|it| {
            let line = it.line.map(|line| format!("{} {line}: ", lang.pick("regel", "line")));
            format!("{}{}; {}", line.unwrap_or_default(), it.what(lang), it.mend(lang))
        });
        each.collect::<Vec<_>>().join("; ")
    };
    Problem::new(
        Kind::Unfit,
        format!("de briefing `{brief}` kan niet gebruikt worden: {}", told(Lang::Nl)),
        format!("the brief `{brief}` cannot be used: {}", told(Lang::En)),
    )
}
