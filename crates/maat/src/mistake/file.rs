//! Mistakes in how a file is written, whatever it is about.

use std::fmt;
use std::io::{Error, ErrorKind};

use serde::Serialize;

/// What is wrong in how a file is written. `said` is what its reader said, in English.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[cfg_attr(test, derive(strum::VariantNames), strum(serialize_all = "kebab-case"))]
#[allow(missing_docs, reason = "the words of each stand in words/en/file.ftl")]
pub enum InFile {
    UnknownField {
        field: String,
        known: Vec<String>,
        near: Option<String>,
        said: String,
    },
    UnknownValue {
        value: String,
        known: Vec<String>,
        near: Option<String>,
        said: String,
    },
    FieldMissing {
        field: String,
        said: String,
    },
    FieldTwice {
        said: String,
    },
    TomlUnreadable {
        said: String,
    },
    ProofsUnreadable {
        said: String,
    },
    Unreadable {
        #[serde(flatten)]
        io: Io,
    },
    Unwritable {
        #[serde(flatten)]
        io: Io,
    },
    NotUtf8,
    StrayQuote,
    NoRowOfAnAddress,
    BeyondBounds {
        beyond: Beyond,
        most: usize,
    },
}

/// In what something is beyond its bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Beyond {
    /// It is longer, in bytes.
    Long,
    /// Something in it goes deeper.
    Deep,
    /// It has more of what is counted.
    Many,
}

impl Beyond {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Long, Self::Deep, Self::Many];
}

/// Why a file or a folder could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Io {
    /// Why, where it is one of the usual reasons.
    pub cause: Cause,
    /// What the system said, in English.
    pub said: String,
}

/// The usual reasons why a file cannot be read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// There is nothing of that name.
    NotThere,
    /// It may not be read.
    NotAllowed,
    /// It is a folder.
    IsFolder,
    /// Another program has it.
    InUse,
    /// As the system said.
    Other,
}

impl Cause {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::NotThere, Self::NotAllowed, Self::IsFolder, Self::InUse, Self::Other];
}

impl Io {
    /// For a reason that is none of the usual ones.
    pub fn other(error: &dyn fmt::Display) -> Self {
        Self { cause: Cause::Other, said: error.to_string() }
    }
}

impl From<&Error> for Io {
    fn from(error: &Error) -> Self {
        let cause = match error.kind() {
            ErrorKind::NotFound => Cause::NotThere,
            ErrorKind::PermissionDenied => Cause::NotAllowed,
            ErrorKind::IsADirectory => Cause::IsFolder,
            ErrorKind::AddrInUse | ErrorKind::ResourceBusy => Cause::InUse,
            _ => Cause::Other,
        };
        Self { cause, said: error.to_string() }
    }
}

#[cfg(test)]
impl InFile {
    pub(super) fn examples() -> Vec<Self> {
        let s = str::to_owned;
        let io = |cause| Io { cause, said: s("disk on fire") };
        let mut all = vec![
            Self::UnknownField {
                field: s("titel"),
                known: vec![s("id"), s("title")],
                near: Some(s("title")),
                said: s("unknown field `titel`, expected `id` or `title`"),
            },
            Self::UnknownValue {
                value: s("sms"),
                known: vec![s("email"), s("web"), s("ads")],
                near: None,
                said: s("unknown variant `sms`, expected one of `email`, `web`, `ads`"),
            },
            Self::FieldMissing { field: s("title"), said: s("missing field `title`") },
            Self::FieldTwice { said: s("duplicate key") },
            Self::TomlUnreadable { said: s("invalid type: integer `3`, expected a string") },
            Self::ProofsUnreadable { said: s("missing field `code`") },
            Self::NotUtf8,
            Self::StrayQuote,
            Self::NoRowOfAnAddress,
        ];
        all.extend(Beyond::ALL.map(|beyond| Self::BeyondBounds { beyond, most: 60 }));
        all.extend(Cause::ALL.map(|cause| Self::Unreadable { io: io(cause) }));
        all.extend(Cause::ALL.map(|cause| Self::Unwritable { io: io(cause) }));
        all
    }
}
