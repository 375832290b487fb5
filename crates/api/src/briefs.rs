//! The briefs that decisions can be asked about.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use maat::code::SlotKind;
use maat_service::caller::{Allowed, Decide};
use maat_service::problem::Problem;
use maat_service::service::Service;
use serde::Serialize;
use utoipa::ToSchema;

/// The briefs of the controller.
#[derive(Debug, Serialize, ToSchema)]
pub struct Briefs {
    /// By id.
    pub items: Vec<Brief>,
}

/// One brief.
#[derive(Debug, Serialize, ToSchema)]
pub struct Brief {
    /// Its id.
    pub brief: String,
    /// Its title.
    pub title: String,
    /// Where it appears.
    pub channel: &'static str,
    /// Why it is sent.
    pub purpose: String,
    /// Its slots.
    pub slots: Vec<BriefSlot>,
}

/// One slot of a brief.
#[derive(Debug, Serialize, ToSchema)]
pub struct BriefSlot {
    /// Its id.
    pub slot: String,
    /// What it is.
    #[schema(value_type = String, example = "text")]
    pub kind: SlotKind,
    /// The signals it would use.
    pub uses: Vec<String>,
    /// What stands there when they may not be used.
    pub plain: Option<String>,
}

/// Which briefs there are
#[utoipa::path(get, operation_id = "briefs_list", path = "/v1/briefs", tag = "decisions", security(("key" = ["decide"])),
    responses((status = 200, body = Briefs)))]
pub async fn list(
    State(service): State<Arc<Service>>,
    Allowed { caller, .. }: Allowed<Decide>,
) -> Result<Json<Briefs>, Problem> {
    let campaigns = service.controller(&caller.controller).map(|own| &own.campaigns);
    let items = campaigns.iter().flat_map(|all| all.values()).map(|campaign| {
        let brief = campaign.proposal().brief();
        Brief {
            brief: brief.id.clone(),
            title: brief.title.clone(),
            channel: brief.channel.word(),
            purpose: brief.purpose.clone(),
            slots: brief
                .slot
                .iter()
                .map(|slot| BriefSlot {
                    slot: slot.id.clone(),
                    kind: slot.kind,
                    uses: slot.uses.clone(),
                    plain: slot.plain.clone(),
                })
                .collect(),
        }
    });
    Ok(Json(Briefs { items: items.collect() }))
}
