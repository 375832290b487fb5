//! One statement for many sets of values: they travel as an array for each parameter, and PostgreSQL
//! plans and carries it out once.

use tokio_postgres::types::Type;

use crate::database::Value;

/// Sets from which on it pays.
pub(super) const MANY: usize = 8;

/// Sets in one statement.
pub(super) const TOGETHER: usize = 4096;

/// The statement over arrays. An insert takes its rows from them; a query is asked for each set, and
/// the first column of its answer is the number of the set, from 1. `None` if it is of another kind,
/// or its order matters.
pub(super) fn over_arrays(sql: &str, types: &[Type]) -> Option<String> {
    let arrays: Option<Vec<String>> = (1..).zip(types).map(|(nth, ty)| array(nth, ty)).collect();
    let arrays = format!("unnest({})", arrays?.join(", "));
    let names = |mark: &str| -> Vec<String> {
        (1..=types.len()).map(|nth| format!("{mark}{nth}")).collect()
    };
    if sql.starts_with("insert ") {
        let values = format!("values ({})", names("?").join(", "));
        return sql
            .contains(&values)
            .then(|| sql.replace(&values, &format!("select * from {arrays}")));
    }
    if !sql.starts_with("select ") || sql.contains(" order by ") {
        return None;
    }
    // The last first: ?1 begins ?10 as well.
    let asked = (1..=types.len())
        .rev()
        .fold(sql.to_owned(), |sql, nth| sql.replace(&format!("?{nth}"), &format!("k.p{nth}")));
    let columns = names("p").join(", ");
    Some(format!(
        "select k.nth, q.* from {arrays} with ordinality as k ({columns}, nth)
        cross join lateral ({asked}) q"
    ))
}

fn array(nth: usize, ty: &Type) -> Option<String> {
    let name = match *ty {
        Type::TEXT => "text",
        Type::INT8 => "bigint",
        Type::BYTEA => "bytea",
        _ => return None,
    };
    Some(format!("${nth}::{name}[]"))
}

/// The values of each parameter over all sets.
pub(super) fn columns<'a>(sets: &[Vec<Value<'a>>], count: usize) -> Vec<Vec<Value<'a>>> {
    let column = |nth: usize| -> Vec<Value> {
        sets.iter().map(|set| set.get(nth).copied().unwrap_or(Value::Null)).collect()
    };
    (0..count).map(column).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_insert_takes_its_rows_from_arrays() {
        let sql = "insert into t (a, b) values (?1, ?2) on conflict (a) do nothing";
        assert_eq!(
            over_arrays(sql, &[Type::TEXT, Type::INT8]).unwrap(),
            "insert into t (a, b) select * from unnest($1::text[], $2::bigint[]) on conflict (a) do nothing"
        );
    }

    #[test]
    fn a_query_is_asked_for_each_set_and_says_which() {
        let many = vec![Type::TEXT; 10];
        let asked = over_arrays("select x from t where a = ?1 and b = ?10", &many).unwrap();
        assert!(asked.contains("lateral (select x from t where a = k.p1 and b = k.p10) q"));
        assert_eq!(over_arrays("select x from t where a = ?1 order by x", &many), None);
        assert_eq!(over_arrays("delete from t where a = ?1", &many), None);
    }

    #[test]
    fn every_insert_of_many_rows_can_be_written_so() {
        // Codes are asked for one at a time.
        let many =
            |(name, sql): &&(&str, &str)| sql.starts_with("insert") && *name != "ADD_PASSCODE";
        for (name, sql) in crate::sql::ALL.iter().filter(many) {
            let count = (1..100).take_while(|nth| sql.contains(&format!("?{nth}"))).count();
            assert!(over_arrays(sql, &vec![Type::TEXT; count]).is_some(), "{name}");
        }
    }
}
