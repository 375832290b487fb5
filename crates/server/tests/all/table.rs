//! A table in CSV: the audience of the example, and the decisions about it.

use crate::program::root;

/// A table, each cell as text.
#[derive(Debug, Clone)]
pub struct Table {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads a table.
    pub fn read(text: &str) -> Self {
        let mut rows = records(text);
        let header = rows.remove(0);
        assert!(
            rows.iter().all(|row| row.len() == header.len()),
            "a row has too few or too many cells"
        );
        Self { header, rows }
    }

    /// The first customers of the example.
    pub fn customers(many: usize) -> Self {
        let text = std::fs::read_to_string(root().join("examples/customers.csv")).unwrap();
        let mut table = Self::read(&text);
        table.rows.truncate(many);
        table
    }

    /// The number of a column.
    pub fn column(&self, name: &str) -> usize {
        self.header.iter().position(|it| it == name).unwrap_or_else(|| panic!("no column `{name}`"))
    }

    pub fn get(&self, row: usize, column: &str) -> &str {
        &self.rows[row][self.column(column)]
    }

    pub fn set(&mut self, row: usize, column: &str, value: &str) {
        let column = self.column(column);
        value.clone_into(&mut self.rows[row][column]);
    }

    /// The same table without a column.
    pub fn without(&self, column: &str) -> Self {
        let column = self.column(column);
        let left = |row: &Vec<String>| {
            let mut row = row.clone();
            row.remove(column);
            row
        };
        Self { header: left(&self.header), rows: self.rows.iter().map(left).collect() }
    }

    /// The lines of the table, the header first.
    pub fn lines(&self) -> Vec<String> {
        let cell = |cell: &String| {
            if cell.contains([',', '"', '\n']) {
                format!("\"{}\"", cell.replace('"', "\"\""))
            } else {
                cell.clone()
            }
        };
        let line = |row: &Vec<String>| row.iter().map(cell).collect::<Vec<_>>().join(",");
        std::iter::once(&self.header).chain(&self.rows).map(line).collect()
    }

    pub fn text(&self) -> String {
        self.lines().join("\n") + "\n"
    }
}

fn records(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut cell, mut quoted) =
        (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                record.push(std::mem::take(&mut cell));
                records.push(std::mem::take(&mut record));
            }
            '\r' if !quoted => {}
            other => cell.push(other),
        }
    }
    assert!(!quoted && record.is_empty() && cell.is_empty(), "the last line does not end");
    records
}
