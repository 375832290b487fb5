//! The default Code.

use maat::code::{Code, Sources};

/// The files of the default Code.
pub fn default_sources() -> Sources {
    Sources::built_in()
}

/// The default Code.
pub fn default_code() -> Code {
    Code::load(&default_sources()).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

#[test]
fn the_default_code_loads() {
    let code = default_code();
    assert!(code.rules().len() >= 30);
}
