//! The receipt of a consent: what was asked, answered and when, for the person to keep. Its fields
//! are those of ISO/IEC TS 27560 as the W3C DPV guide names them, as JSON-LD with DPV terms.

use maat::code::{Act, Choice, Code};
use maat::ledger::{At, Given, Strength};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::consent::Evidence;
use crate::error::{Error, Result};
use crate::scope::Scope;

/// The company, as a receipt names it (GDPR 13(1)).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Its name.
    pub name: String,
    /// Its postal address.
    pub address: String,
    /// How to reach whoever answers for privacy.
    pub contact: String,
    /// Where the privacy notice stands.
    pub notice: String,
    /// Where a person withdraws.
    pub withdrawal: String,
    /// Where data are stored: country or region.
    pub storage: String,
    /// The law that holds, as `EU` or `NL`.
    pub jurisdiction: String,
    /// Who else gets the data, where anybody does.
    #[serde(default)]
    pub recipients: Vec<String>,
}

impl Scope<'_> {
    /// The receipt of somebody's answer to a choice. Somebody who never said yes has none.
    pub fn receipt(
        &self,
        code: &Code,
        party: &Party,
        subject: &str,
        choice: &str,
        now: At,
    ) -> Result<Value> {
        let declared = code.declared().choice(choice);
        let consents = self.consents(subject)?;
        let answer = consents.iter().find(|answer| answer.choice == choice);
        let given = answer.and_then(|answer| answer.consent.given.as_ref());
        let (Some(declared), Some(answer), Some(given)) = (declared, answer, given) else {
            return Err(Error::input(
                "the receipt",
                "there is no yes to this choice, or the Code does not declare it",
                "a receipt is of a consent that was given; `maat consent show` lists them",
            ));
        };
        let Some(evidence) = answer.evidence.as_ref() else {
            return Err(Error::corrupt("entry", "the evidence of this consent is not there"));
        };
        let whole = Parts {
            code,
            party,
            choice: declared,
            given,
            evidence,
            withdrawn: answer.consent.ended(),
            now,
        };
        Ok(whole.receipt(subject, self.controller()))
    }
}

struct Parts<'a> {
    code: &'a Code,
    party: &'a Party,
    choice: &'a Choice,
    given: &'a Given,
    evidence: &'a Evidence,
    withdrawn: Option<At>,
    now: At,
}

impl Parts<'_> {
    fn receipt(&self, subject: &str, controller: &str) -> Value {
        let (party, given, evidence) = (self.party, self.given, self.evidence);
        json!({
            "@context": context(),
            "@type": "dpv:ConsentReceipt",
            "conformsTo": "https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr",
            "schema_version": "ISO/IEC TS 27560:2023",
            "receipt_id": format!("{controller}/{}", given.number),
            "pii_principal_id": subject,
            "privacy_notice": party.notice,
            "language": evidence.lang.word(),
            "wording": { "version": given.wording, "sha256": evidence.shown },
            "purpose": self.purposes(),
            "pii_information": self.data(),
            "lawful_basis": self.basis(),
            "collection_method": evidence.how,
            "pii_controllers": [{
                "party_id": controller, "party_name": party.name, "party_address": party.address,
                "party_contact": party.contact, "party_type": "dpv:DataController",
            }],
            "storage_locations": [party.storage],
            "retention_period": self.retention(),
            "jurisdiction": party.jurisdiction,
            "recipient_third_parties": self.recipients(),
            "withdrawal_method": party.withdrawal,
            "code": { "name": self.code.declared().name.get(evidence.lang), "sha256": self.code.hash() },
            "events": self.events(subject),
        })
    }

    fn purposes(&self) -> Vec<Value> {
        let known = self.choice.purposes.iter().filter_map(|id| self.code.declared().purpose(id));
        let one = |it: &maat::code::Purpose| json!({ "@type": it.dpv, "label": it.label.get(self.evidence.lang) });
        known.map(one).collect()
    }

    /// A choice without signals is about the address itself.
    fn data(&self) -> Vec<Value> {
        let known = self.choice.signals.iter().filter_map(|id| self.code.declared().signal(id));
        let one = |it: &maat::code::Signal| json!({ "pii_type": it.dpv, "label": it.label.get(self.evidence.lang) });
        let mut data: Vec<Value> = known.map(one).collect();
        if data.is_empty() {
            data.push(json!({ "pii_type": "pd:EmailAddress" }));
        }
        data
    }

    /// The address itself is kept for the consent, and no longer.
    fn retention(&self) -> Vec<Value> {
        let known = self.choice.signals.iter().filter_map(|id| self.code.declared().signal(id));
        let one =
            |it: &maat::code::Signal| json!({ "pii_type": it.dpv, "days": it.retention_days });
        let mut kept: Vec<Value> = known.map(one).collect();
        if kept.is_empty() {
            let lang = self.evidence.lang;
            let said = lang.pick("zolang je toestemming geldt", "as long as your consent holds");
            kept.push(json!({ "pii_type": "pd:EmailAddress", "label": said }));
        }
        kept
    }

    /// Only what may be handed over has somebody who gets it.
    fn recipients(&self) -> &[String] {
        if self.choice.allows.contains(&Act::Export) { &self.party.recipients } else { &[] }
    }

    fn basis(&self) -> [&'static str; 2] {
        match self.given.strength {
            Strength::Explicit => ["dpv:ExplicitlyExpressedConsent", "eu-gdpr:A9-2-a"],
            Strength::Given => ["dpv:ExpressedConsent", "eu-gdpr:A6-1-a"],
            Strength::Soft | Strength::None => ["dpv:LegitimateInterest", "eu-gdpr:A6-1-f"],
        }
    }

    fn events(&self, subject: &str) -> Vec<Value> {
        let given = self.given;
        let valid = given.expires.map_or_else(|| json!("until withdrawn"), |at| json!(at));
        let event = |at: At, state: &str| {
            json!({
                "event_time": at, "event_type": self.basis()[0], "event_state": state,
                "entity_id": subject, "validity_duration": valid,
            })
        };
        let mut events = vec![event(given.at, "dpv:ConsentGiven")];
        if let Some(at) = self.withdrawn {
            events.push(event(at, "dpv:ConsentWithdrawn"));
        } else if let Some(at) = given.expires.filter(|at| *at <= self.now) {
            events.push(event(at, "dpv:ConsentExpired"));
        }
        events
    }
}

/// What each field means, in DPV.
fn context() -> Value {
    json!({
        "dpv": "https://w3id.org/dpv#",
        "pd": "https://w3id.org/dpv/pd#",
        "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
        "dct": "http://purl.org/dc/terms/",
        "schema": "https://schema.org/",
        "conformsTo": { "@id": "dct:conformsTo", "@type": "@id" },
        "schema_version": "schema:schemaVersion",
        "receipt_id": "dct:identifier",
        "pii_principal_id": "dpv:hasDataSubject",
        "privacy_notice": "dpv:hasNotice",
        "language": "dct:language",
        "wording": "dct:references",
        "version": "schema:version",
        "sha256": "http://spdx.org/rdf/terms#checksumValue",
        "purpose": "dpv:hasPurpose",
        "label": "dct:title",
        "pii_information": "dpv:hasPersonalData",
        "pii_type": "@type",
        "lawful_basis": { "@id": "dpv:hasLegalBasis", "@type": "@vocab" },
        "collection_method": { "@id": "dpv:hasIndicationMethod", "@type": "@json" },
        "pii_controllers": "dpv:hasDataController",
        "party_id": "dct:identifier",
        "party_name": "dpv:hasName",
        "party_address": "dpv:hasAddress",
        "party_contact": "dpv:hasContact",
        "storage_locations": "dpv:hasLocation",
        "retention_period": "dpv:hasDuration",
        "days": "http://www.w3.org/2006/time#days",
        "jurisdiction": "dpv:hasJurisdiction",
        "recipient_third_parties": "dpv:hasRecipient",
        "withdrawal_method": "dpv:hasConsentControl",
        "code": "dpv:hasPolicy",
        "name": "dct:title",
        "events": "dpv:hasConsentStatus",
        "event_time": "dpv:isIndicatedAtTime",
        "event_type": { "@id": "dct:type", "@type": "@vocab" },
        "event_state": "@type",
        "party_type": "@type",
        "entity_id": "dpv:isIndicatedBy",
        "validity_duration": "dpv:hasDuration",
    })
}
