//! Erasing somebody (GDPR 17), and handing over all that is known of them (GDPR 15, 20): both are written down
//! among who did what, unless they did it themselves.

use maat::ledger::{Address, Right, SubjectId};
use maat_store::{Erasure, Export};

use super::{nobody, record};
use crate::acts::deed::Deed;
use crate::acts::requests;
use crate::company::{By, Company};
use crate::trouble::{Kind, Trouble};

/// Addresses kept away by one erasure.
const ADDRESSES: usize = 20;

/// Bytes of an address (RFC 5321, 4.5.3.1.3).
const ADDRESS: usize = 256;

/// Erases somebody; the addresses that are named stay away, by a keyed hash. It cannot be undone.
pub fn erase(
    company: &Company<'_>,
    by: By<'_>,
    subject: &SubjectId,
    addresses: &[&str],
) -> Result<Erasure, Trouble> {
    // A telephone number may stay away too. What holds an @ must be an address: else it would keep nothing away.
    let unfit = |it: &&str| {
        let number = it.chars().any(|c| c.is_ascii_digit()) && !it.chars().any(char::is_control);
        it.len() > ADDRESS || Address::parse(it).is_err() && (it.contains('@') || !number)
    };
    if addresses.len() > ADDRESSES || addresses.iter().any(unfit) {
        return Err(Trouble::new(
            Kind::Unfit,
            format!(
                "het zijn er meer dan {ADDRESSES}, of een ervan is geen adres en geen telefoonnummer"
            ),
            format!(
                "there are more than {ADDRESSES}, or one of them is no address and no telephone number"
            ),
        ));
    }
    by.check()?;
    if !known(company, subject)? {
        return Err(nobody());
    }
    // Also what is no address of mail, as a telephone number: an import brings it back no more.
    let addresses: Vec<Address> = addresses.iter().map(|it| Address::on_record(it)).collect();
    let erasure = company.scope.erase(company.now, subject, &addresses, by.name)?;
    if !by.is_subject {
        let number = erasure.inclusion.number.to_string();
        company.scope.audit(company.now, by.name, Deed::PersonErased.word(), &number, None)?;
    }
    Ok(erasure)
}

/// Whether anything is known of somebody, an address alone included.
fn known(company: &Company<'_>, subject: &SubjectId) -> Result<bool, Trouble> {
    let scope = company.scope;
    Ok(!scope.history(subject, None, 1)?.is_empty() || !scope.addresses(subject)?.is_empty())
}

/// All that is known of somebody, in a form: `json`, `csv` or `html`. `request` names the open one that this
/// answers.
pub fn export(
    company: &Company<'_>,
    by: By<'_>,
    subject: &SubjectId,
    form: &str,
    request: Option<&str>,
) -> Result<Export, Trouble> {
    by.check()?;
    let export = company.scope.export(subject, company.now)?;
    if export.history.is_empty() && export.addresses.is_empty() {
        return Err(nobody());
    }
    if let Some(request) = request {
        let rights = [Right::Access, Right::Portability];
        let outcome = "gave them all that is known of them";
        let answered = requests::answered(company, subject, request, &rights, outcome)?;
        record(company, by, subject, None, [answered])?;
    }
    if !by.is_subject {
        let deed = Deed::PersonExported.word();
        company.scope.audit(company.now, by.name, deed, form, Some(subject))?;
    }
    Ok(export)
}
