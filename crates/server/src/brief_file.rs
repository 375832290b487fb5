//! Reading a brief, and the moment it is judged at.

use std::path::Path;

use maat::brief::{Brief, moment};
use maat::code::Code;
use maat::gate::Proposal;
use maat::ledger::At;
use maat::mistake::{Mistake, Mistakes};
use maat::profile::{Day, Moment};

use crate::text_file;

/// Reads a brief and checks it against the Code.
pub fn propose(code: &Code, path: &Path) -> Result<Proposal, Mistakes> {
    let shown = path.display().to_string();
    let text = text_file::read(path)?;
    Proposal::new(code, Brief::parse(&shown, &text)?, &shown, &text)
}

/// The moment of the decision: `--at`, else the brief's `planned`, else now in the Code's zone.
pub fn moment_of(code: &Code, proposal: &Proposal, at: Option<&str>) -> Result<Moment, Mistakes> {
    if let Some(at) = at {
        return moment(at).ok_or_else(|| {
            Mistake::in_file("--at", format!("`{at}` is no moment"), "write 2026-01-31T10:00")
                .into()
        });
    }
    if let Some(planned) = proposal.brief().planned_moment() {
        return Ok(planned);
    }
    moment_now(code, crate::store::now())
}

/// A moment on the clock of the Code.
pub fn moment_now(code: &Code, now: At) -> Result<Moment, Mistakes> {
    let zone = &code.declared().zone;
    let now = jiff::Timestamp::from_millisecond(now.0).and_then(|now| now.in_tz(zone));
    let now = now.map_err(|error| {
        Mistake::in_file(
            "code.toml",
            format!("zone `{zone}` is unknown: {error}"),
            "use an IANA name, as Europe/Amsterdam",
        )
    })?;
    let number = |value: i8| u32::try_from(value).unwrap_or(0);
    let day = Day::of(i32::from(now.year()), number(now.month()), number(now.day()));
    let hour = u8::try_from(now.hour()).ok();
    day.zip(hour).map(|(day, hour)| Moment { day, hour }).ok_or_else(|| {
        Mistake::in_file("the clock", format!("says {now}"), "set the clock, or give --at").into()
    })
}

/// A moment as people write it.
pub fn written(moment: Moment, lang: maat::words::Lang) -> String {
    match written_day(moment.day, lang) {
        day if day.is_empty() => day,
        day => format!("{day}, {}:00", moment.hour),
    }
}

/// A day as people write it: `31 januari 2026`.
pub fn written_day(day: Day, lang: maat::words::Lang) -> String {
    const NL: [&str; 12] = [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ];
    const EN: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let epoch = jiff::civil::date(1970, 1, 1);
    let span = jiff::Span::new().try_days(i64::from(day.0));
    let Some(date) = span.and_then(|span| epoch.checked_add(span)).ok() else {
        return String::new();
    };
    let names = match lang {
        maat::words::Lang::Nl => NL,
        maat::words::Lang::En => EN,
    };
    let month = usize::try_from(date.month() - 1).ok().and_then(|nth| names.get(nth).copied());
    format!("{} {} {}", date.day(), month.unwrap_or_default(), date.year())
}
