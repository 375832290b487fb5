//! Takes note of the time while a service runs: what is over stays so when a clock is put back, also after a
//! restart.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::service::{Service, blocking};

/// How often.
const EVERY: Duration = Duration::from_secs(30);

/// Takes note as the service begins, and then again and again until it is told to stop.
pub async fn keep_time(service: Arc<Service>, mut stop: watch::Receiver<bool>) {
    loop {
        let note = |service: &Service| Ok(service.store().note_time(service.now())?);
        if let Err(problem) = blocking(&service, note).await {
            let said = problem.log().unwrap_or_default();
            tracing::warn!(said, "the time could not be noted");
        }
        tokio::select! {
            _ = stop.changed() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}
