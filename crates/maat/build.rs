//! A new file in the default Code is seen without touching this crate.

fn main() {
    println!("cargo::rerun-if-changed=../../code");
}
