//! One cell of a column, whatever type the file keeps it in, and what the gate reads in it.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal128Type, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayAccessor};
use arrow_schema::{DataType, TimeUnit};
use maat::ledger::{At, Strength};
use maat::profile::Day;

/// Milliseconds in a day.
const DAY: i64 = 86_400_000;

/// A cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cell<'a> {
    /// Null, or nothing but spaces.
    Empty,
    /// Text, as it stands.
    Text(&'a str),
    /// A whole number.
    Whole(i128),
    /// True or false.
    Truth(bool),
    /// A day, from a date or a timestamp. A timestamp counts by its own clock, UTC if it has a zone.
    Day(i32),
    /// Something no column of an audience holds.
    Odd,
}

impl std::fmt::Display for Cell<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty => write!(f, "empty"),
            Self::Text(text) => write!(f, "`{}`", text.chars().take(40).collect::<String>()),
            Self::Whole(number) => write!(f, "`{number}`"),
            Self::Truth(truth) => write!(f, "`{truth}`"),
            Self::Day(day) => write!(f, "day {day} since 1970-01-01"),
            Self::Odd => write!(f, "a value out of range"),
        }
    }
}

/// Whether [`each`] reads columns of this type.
pub(crate) fn is_read(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(key, value) => {
            key.is_integer() && !matches!(**value, DataType::Dictionary(..)) && is_read(value)
        }
        DataType::Decimal128(_, scale) => *scale == 0,
        DataType::Float32
        | DataType::Float64
        | DataType::Date32
        | DataType::Date64
        | DataType::Utf8
        | DataType::LargeUtf8
        | DataType::Utf8View
        | DataType::Boolean
        | DataType::Timestamp(..)
        | DataType::Null => true,
        other => other.is_integer(),
    }
}

/// Calls `take` with each row and its cell. Columns of a type that is not read are [`Cell::Odd`].
pub(crate) fn each<'a>(array: &'a dyn Array, mut take: impl FnMut(usize, Cell<'a>)) {
    match array.data_type() {
        DataType::Utf8 => every(array.as_string::<i32>(), text, take),
        DataType::LargeUtf8 => every(array.as_string::<i64>(), text, take),
        DataType::Utf8View => every(array.as_string_view(), text, take),
        DataType::Boolean => every(array.as_boolean(), Cell::Truth, take),
        DataType::Int8 => numbers::<Int8Type>(array, |it| Cell::Whole(it.into()), take),
        DataType::Int16 => numbers::<Int16Type>(array, |it| Cell::Whole(it.into()), take),
        DataType::Int32 => numbers::<Int32Type>(array, |it| Cell::Whole(it.into()), take),
        DataType::Int64 => numbers::<Int64Type>(array, |it| Cell::Whole(it.into()), take),
        DataType::UInt8 => numbers::<UInt8Type>(array, |it| Cell::Whole(it.into()), take),
        DataType::UInt16 => numbers::<UInt16Type>(array, |it| Cell::Whole(it.into()), take),
        DataType::UInt32 => numbers::<UInt32Type>(array, |it| Cell::Whole(it.into()), take),
        DataType::UInt64 => numbers::<UInt64Type>(array, |it| Cell::Whole(it.into()), take),
        DataType::Decimal128(_, 0) => numbers::<Decimal128Type>(array, Cell::Whole, take),
        DataType::Float32 => numbers::<Float32Type>(array, |it| float(it.into()), take),
        DataType::Float64 => numbers::<Float64Type>(array, float, take),
        DataType::Date32 => numbers::<Date32Type>(array, Cell::Day, take),
        DataType::Date64 => numbers::<Date64Type>(array, |it| days(it, 86_400_000), take),
        DataType::Timestamp(unit, _) => timestamps(array, *unit, take),
        DataType::Dictionary(..) => dictionary(array, take),
        DataType::Null => (0..array.len()).for_each(|row| take(row, Cell::Empty)),
        _ => (0..array.len()).for_each(|row| take(row, Cell::Odd)),
    }
}

#[allow(clippy::needless_pass_by_value)] // an accessor is a reference
fn every<'a, A: ArrayAccessor>(
    array: A,
    read: impl Fn(A::Item) -> Cell<'a>,
    mut take: impl FnMut(usize, Cell<'a>),
) {
    for row in 0..array.len() {
        take(row, if array.is_null(row) { Cell::Empty } else { read(array.value(row)) });
    }
}

/// Numbers without nulls are a plain slice, which the compiler makes a tight loop of.
fn numbers<'a, T: ArrowPrimitiveType>(
    array: &dyn Array,
    read: impl Fn(T::Native) -> Cell<'a>,
    mut take: impl FnMut(usize, Cell<'a>),
) {
    let array = array.as_primitive::<T>();
    if array.null_count() == 0 {
        for (row, value) in array.values().iter().enumerate() {
            take(row, read(*value));
        }
    } else {
        for (row, value) in array.iter().enumerate() {
            take(row, value.map_or(Cell::Empty, &read));
        }
    }
}

fn timestamps<'a>(array: &dyn Array, unit: TimeUnit, take: impl FnMut(usize, Cell<'a>)) {
    const DAY: i64 = 86_400;
    match unit {
        TimeUnit::Second => numbers::<TimestampSecondType>(array, |it| days(it, DAY), take),
        TimeUnit::Millisecond => {
            numbers::<TimestampMillisecondType>(array, |it| days(it, DAY * 1_000), take);
        }
        TimeUnit::Microsecond => {
            numbers::<TimestampMicrosecondType>(array, |it| days(it, DAY * 1_000_000), take);
        }
        TimeUnit::Nanosecond => {
            numbers::<TimestampNanosecondType>(array, |it| days(it, DAY * 1_000_000_000), take);
        }
    }
}

/// Each value of the dictionary is read once.
fn dictionary<'a>(array: &'a dyn Array, mut take: impl FnMut(usize, Cell<'a>)) {
    let Some(dictionary) = array.as_any_dictionary_opt() else { return };
    let values = dictionary.values();
    if values.is_empty() {
        return (0..array.len()).for_each(|row| take(row, Cell::Empty));
    }
    let mut cells = vec![Cell::Odd; values.len()];
    if !matches!(values.data_type(), DataType::Dictionary(..)) {
        plain(values.as_ref(), &mut cells);
    }
    for (row, key) in dictionary.normalized_keys().into_iter().enumerate() {
        let known = !dictionary.keys().is_null(row);
        take(row, if known { cells.get(key).copied().unwrap_or(Cell::Odd) } else { Cell::Empty });
    }
}

/// Each row's cell as text; nothing where it is empty. A moment keeps its time:
/// `2026-01-31T10:00:00.000`, and `Z` behind it where the column has a time zone.
pub(crate) fn texts(array: &dyn Array) -> Vec<Option<String>> {
    let mut out = vec![None; array.len()];
    let mut put = |row: usize, text: Option<String>| {
        if let Some(place) = out.get_mut(row) {
            *place = text;
        }
    };
    match array.data_type() {
        DataType::Timestamp(unit, zone) => {
            for (row, milli) in millis(array, *unit).into_iter().enumerate() {
                let text = milli.map(|milli| At(milli).to_string());
                put(
                    row,
                    text.map(|it| match zone {
                        Some(_) => it,
                        None => it.trim_end_matches('Z').to_owned(),
                    }),
                );
            }
        }
        DataType::Float32 | DataType::Float64 => {
            for (row, text) in floats(array).into_iter().enumerate() {
                put(row, text);
            }
        }
        _ => each(array, |row, cell| put(row, told(cell))),
    }
    out
}

fn told(cell: Cell<'_>) -> Option<String> {
    match cell {
        Cell::Empty => None,
        Cell::Odd => Some(cell.to_string()),
        Cell::Text(text) => Some(text.to_owned()),
        Cell::Whole(number) => Some(number.to_string()),
        Cell::Truth(truth) => Some(truth.to_string()),
        Cell::Day(day) => {
            let text = At(i64::from(day).saturating_mul(DAY)).to_string();
            text.split_once('T').map(|(day, _)| day.to_owned())
        }
    }
}

/// The milliseconds of timestamps.
fn millis(array: &dyn Array, unit: TimeUnit) -> Vec<Option<i64>> {
    fn all<T: ArrowPrimitiveType<Native = i64>>(
        array: &dyn Array,
        milli: impl Fn(i64) -> i64,
    ) -> Vec<Option<i64>> {
        array.as_primitive::<T>().iter().map(|it| it.map(&milli)).collect()
    }
    match unit {
        TimeUnit::Second => all::<TimestampSecondType>(array, |it| it.saturating_mul(1_000)),
        TimeUnit::Millisecond => all::<TimestampMillisecondType>(array, |it| it),
        TimeUnit::Microsecond => all::<TimestampMicrosecondType>(array, |it| it.div_euclid(1_000)),
        TimeUnit::Nanosecond => {
            all::<TimestampNanosecondType>(array, |it| it.div_euclid(1_000_000))
        }
    }
}

/// Floats as text; what is not a number is how some programs write an empty cell.
fn floats(array: &dyn Array) -> Vec<Option<String>> {
    let told = |known: bool, text: &dyn std::fmt::Display| known.then(|| text.to_string());
    match array.data_type() {
        DataType::Float32 => array
            .as_primitive::<Float32Type>()
            .iter()
            .map(|it| it.and_then(|it| told(!it.is_nan(), &it)))
            .collect(),
        _ => array
            .as_primitive::<Float64Type>()
            .iter()
            .map(|it| it.and_then(|it| told(!it.is_nan(), &it)))
            .collect(),
    }
}

/// Stands apart, behind a `dyn`, so that [`each`] does not make a new copy of itself for ever.
fn plain<'a>(array: &'a dyn Array, cells: &mut [Cell<'a>]) {
    let take: &mut dyn FnMut(usize, Cell<'a>) = &mut |row, cell| {
        if let Some(place) = cells.get_mut(row) {
            *place = cell;
        }
    };
    each(array, take);
}

fn text(text: &str) -> Cell<'_> {
    if text.trim().is_empty() { Cell::Empty } else { Cell::Text(text) }
}

/// Pandas keeps whole numbers with gaps as floats; anything but a whole number is odd.
fn float<'a>(value: f64) -> Cell<'a> {
    #[allow(clippy::cast_possible_truncation)] // exact below 2^53
    let whole = value as i128;
    if value.fract() == 0.0 && value.abs() < 9e15 { Cell::Whole(whole) } else { Cell::Odd }
}

fn days<'a>(value: i64, a_day: i64) -> Cell<'a> {
    i32::try_from(value.div_euclid(a_day)).map_or(Cell::Odd, Cell::Day)
}

/// The strength of a consent: empty is none.
pub(crate) fn strength(cell: Cell<'_>) -> Option<Strength> {
    match cell {
        Cell::Empty => Some(Strength::None),
        Cell::Text(text) => Strength::parse(text),
        Cell::Whole(level) => i64::try_from(level).ok().and_then(Strength::from_level),
        _ => None,
    }
}

/// A flag: empty is neither.
pub(crate) fn truth(cell: Cell<'_>) -> Option<bool> {
    const YES: [&str; 4] = ["true", "1", "yes", "ja"];
    const NO: [&str; 4] = ["false", "0", "no", "nee"];
    match cell {
        Cell::Truth(truth) => Some(truth),
        Cell::Whole(0) => Some(false),
        Cell::Whole(1) => Some(true),
        Cell::Text(text) => {
            let among =
                |words: &[&str]| words.iter().any(|it| it.eq_ignore_ascii_case(text.trim()));
            if among(&YES) { Some(true) } else { among(&NO).then_some(false) }
        }
        _ => None,
    }
}

/// A number of messages: empty is none.
pub(crate) fn count(cell: Cell<'_>) -> Option<u32> {
    let number: i128 = match cell {
        Cell::Whole(number) => number,
        Cell::Text(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    (number >= 0).then(|| u32::try_from(number).unwrap_or(u32::MAX))
}

/// A ceiling on depth: empty is none of them.
pub(crate) fn ceiling(cell: Cell<'_>) -> Option<u8> {
    let depth = count(cell).and_then(|number| u8::try_from(number).ok());
    depth.filter(|depth| *depth <= maat::ledger::DEEPEST)
}

/// When a signal was last seen: empty is never; `Err` is no date.
pub(crate) fn day(cell: Cell<'_>) -> Result<Option<Day>, ()> {
    match cell {
        Cell::Empty => Ok(None),
        Cell::Day(day) => Ok(Some(Day(day))),
        Cell::Text(text) => Day::parse(text).map(Some).ok_or(()),
        _ => Err(()),
    }
}
