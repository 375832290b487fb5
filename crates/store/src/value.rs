//! The value of one signal, for whoever holds a permit.

use crate::error::Result;
use crate::scope::Scope;
use crate::{signal, sql};

impl Scope<'_> {
    /// The value of a signal of somebody; none where it was never seen or is forgotten. Whether it
    /// may be used, and is not too old, is the gate's to say.
    pub fn value(&self, subject: &str, name: &str) -> Result<Option<String>> {
        let (mut found, sealer) = (None, self.sealer());
        let values = [self.controller().into(), subject.into(), name.into()];
        self.one(sql::SIGNAL, &values, |row| {
            found = signal::read(sealer, subject, row)?.1.known.map(|known| known.value);
            Ok(())
        })?;
        Ok(found)
    }
}
