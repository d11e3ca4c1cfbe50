//! What a responder does to findings.
//! Must not know the wire.

use serde_json::Value;

use super::{
    model::{ApiError, ApiResult, World},
    trail::put,
};

impl World {
    /// `ArchiveFindings` and `UnarchiveFindings`: set `service.archived`. Unknown ids are passed over, as GuardDuty does.
    pub fn archive_findings(
        &mut self,
        detector_id: &str,
        ids: &[String],
        archived: bool,
    ) -> ApiResult<()> {
        self.mark_findings(detector_id, ids, "archived", &Value::Bool(archived))
    }

    /// `UpdateFindingsFeedback`: sets `service.userFeedback`, `USEFUL` or `NOT_USEFUL`.
    pub fn update_feedback(
        &mut self,
        detector_id: &str,
        ids: &[String],
        feedback: &str,
    ) -> ApiResult<()> {
        self.mark_findings(detector_id, ids, "userFeedback", &Value::from(feedback))
    }

    fn mark_findings(
        &mut self,
        detector_id: &str,
        ids: &[String],
        key: &str,
        value: &Value,
    ) -> ApiResult<()> {
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
                .and_then(|finding| finding.get_mut("service"))
            {
                put(service, key, value.clone());
            }
        }
        Ok(())
    }
}
