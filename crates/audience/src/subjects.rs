//! The subjects of some rows, as text.

use std::borrow::Cow;

use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::{Array, StringArray};
use arrow_schema::DataType;
use maat::ledger::SubjectId;

use crate::cell::{self, Cell};
use crate::read::Rows;

/// The id that a subject names, as the ledger makes it; a text that is no id stands for itself.
pub(crate) fn made(subject: &str) -> Cow<'_, str> {
    SubjectId::made(subject).unwrap_or(Cow::Borrowed(subject))
}

/// The subjects of some rows. A row without one is called after where it stands.
pub(crate) struct Subjects {
    /// One for each row.
    pub names: StringArray,
    /// The rows whose name is not certain to be a subject's, in order.
    unsure: Vec<usize>,
}

impl Subjects {
    pub fn of(rows: &Rows) -> Self {
        let mut unsure: Vec<usize> =
            rows.broken.iter().filter(|it| !it.sure).map(|it| it.at).collect();
        let Some(array) = rows.columns.first() else {
            return Self { names: StringArray::new_null(0), unsure };
        };
        let mut empty = Vec::new();
        cell::each(array.as_ref(), |row, cell| {
            if !matches!(cell, Cell::Text(_) | Cell::Whole(_)) {
                empty.push(row);
            }
        });
        if *array.data_type() == DataType::Utf8 && empty.is_empty() {
            return Self { names: array.as_string::<i32>().clone(), unsure };
        }
        let mut names = StringBuilder::with_capacity(array.len(), 16 * array.len());
        cell::each(array.as_ref(), |row, cell| match cell {
            Cell::Text(text) => names.append_value(text),
            Cell::Whole(number) => names.append_value(number.to_string()),
            _ => names.append_value(rows.place(row).to_string()),
        });
        unsure.extend(empty);
        unsure.sort_unstable();
        Self { names: names.finish(), unsure }
    }

    /// The name of one row.
    pub fn name(&self, row: usize) -> &str {
        if row < self.names.len() { self.names.value(row) } else { "" }
    }

    /// The rows whose subject is certain, with it.
    pub fn sure(&self) -> impl Iterator<Item = (usize, &str)> {
        let named = self.names.iter().enumerate().filter_map(|(row, name)| Some((row, name?)));
        named.filter(|(row, _)| self.unsure.is_empty() || self.unsure.binary_search(row).is_err())
    }
}
