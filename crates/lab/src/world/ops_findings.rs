//! What a responder does to findings.
//! Must not know the wire.

use super::model::{ApiError, ApiResult, World};

impl World {
    /// `ArchiveFindings`: sets `service.archived`. Unknown ids are passed over, as GuardDuty does.
    pub fn archive_findings(&mut self, detector_id: &str, ids: &[String]) -> ApiResult<()> {
        if detector_id != self.detector.id {
            return Err(ApiError::new(
                "BadRequestException",
                "The request is rejected because the input detectorId is not owned by the current account.",
            ));
        }
        for id in ids {
            if let Some(service) = self
                .detector
                .findings
                .get_mut(id)
                .and_then(|f| f.get_mut("service"))
            {
                super::trail::put(service, "archived", serde_json::Value::Bool(true));
            }
        }
        Ok(())
    }
}
