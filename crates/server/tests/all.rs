//! The tests of the program, as one binary: it is run as a user runs it, on real files, and what
//! it prints, writes and ends with is read.
// A test that cannot go on says so by panicking, in its helpers too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "all/bad_briefs.rs"]
mod bad_briefs;
#[path = "all/bad_files.rs"]
mod bad_files;
#[path = "all/bad_rows.rs"]
mod bad_rows;
#[path = "all/client_code.rs"]
mod client_code;
#[path = "all/code_check.rs"]
mod code_check;
#[path = "all/console_briefs.rs"]
mod console_briefs;
#[path = "all/console_door.rs"]
mod console_door;
#[path = "all/console_mail.rs"]
mod console_mail;
#[path = "all/console_preview.rs"]
mod console_preview;
#[path = "all/console_rights.rs"]
mod console_rights;
#[path = "all/console_world.rs"]
mod console_world;
#[path = "all/crowd.rs"]
mod crowd;
#[path = "all/doors.rs"]
mod doors;
#[path = "all/draft.rs"]
mod draft;
#[path = "all/explain.rs"]
mod explain;
#[path = "all/folder.rs"]
mod folder;
#[path = "all/gate.rs"]
mod gate;
#[path = "all/help.rs"]
mod help;
#[path = "all/house.rs"]
mod house;
#[path = "all/keeping.rs"]
mod keeping;
#[path = "all/ledger.rs"]
mod ledger;
#[path = "all/mail.rs"]
mod mail;
#[path = "all/mail_caps.rs"]
mod mail_caps;
#[path = "all/mail_clicks.rs"]
mod mail_clicks;
#[path = "all/mail_pace.rs"]
mod mail_pace;
#[path = "all/mail_returned.rs"]
mod mail_returned;
#[path = "all/pages.rs"]
mod pages;
#[path = "all/program.rs"]
mod program;
#[path = "all/prove.rs"]
mod prove;
#[path = "all/publish.rs"]
mod publish;
#[path = "all/report.rs"]
mod report;
#[path = "all/review.rs"]
mod review;
#[path = "all/roads.rs"]
mod roads;
#[path = "all/service.rs"]
mod service;
#[path = "all/settings.rs"]
mod settings;
#[path = "all/site.rs"]
mod site;
#[path = "all/table.rs"]
mod table;
#[path = "all/tone.rs"]
mod tone;
#[path = "all/web.rs"]
mod web;
