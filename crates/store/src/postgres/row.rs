//! Values on their way to PostgreSQL, and rows on their way back.

use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::database::{Row, Value};
use crate::error::{Error, Result};

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match (self, ty) {
            (Value::Null, _) => Ok(IsNull::Yes),
            (Value::Int(number), &Type::INT8) => number.to_sql(ty, out),
            (Value::Text(text), &Type::TEXT) => text.to_sql(ty, out),
            (Value::Blob(bytes), &Type::BYTEA) => bytes.to_sql(ty, out),
            _ => Err(format!("a value is not of type {ty}").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A row of an answer.
pub(super) struct PostgresRow<'a> {
    pub row: &'a tokio_postgres::Row,
    /// The column that the statement counts as its first.
    pub first: usize,
}

fn mistyped(column: usize) -> Error {
    Error::corrupt("?", format!("column {column} of a row is of another type than it was written"))
}

impl Row for PostgresRow<'_> {
    fn maybe_int(&self, column: usize) -> Result<Option<i64>> {
        // A literal in a query is of four bytes.
        let small = self
            .row
            .columns()
            .get(self.first + column)
            .is_some_and(|known| *known.type_() == Type::INT4);
        let number = if small {
            self.row
                .try_get::<_, Option<i32>>(self.first + column)
                .map(|number| number.map(i64::from))
        } else {
            self.row.try_get(self.first + column)
        };
        number.map_err(|_| mistyped(column))
    }

    fn maybe_text(&self, column: usize) -> Result<Option<&str>> {
        self.row.try_get(self.first + column).map_err(|_| mistyped(column))
    }

    fn maybe_blob(&self, column: usize) -> Result<Option<&[u8]>> {
        self.row.try_get(self.first + column).map_err(|_| mistyped(column))
    }
}
