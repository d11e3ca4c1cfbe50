//! GuardDuty's lists changed in their bucket and read anew, and suppression rules. Each call looks first: what stands already
//! is left alone, and what is no longer as the plan took it to be is somebody else's and not overwritten. Must not choose
//! what changes.

use aws_sdk_guardduty::types::{Condition, FilterAction, FindingCriteria};
use aws_sdk_s3::primitives::ByteStream;
use aws_types::request_id::RequestId;
use rebato_core::Digest;
use rebato_core::contain::{ActivateList, ListEdit, SetKind, SuppressFinding};
use rebato_engine::ports::{CloudError, Performed};

use super::again::{Again, again, send};
use super::{Marks, already, performed};
use crate::connect::AwsCloud;
use crate::error::cloud_error;
use crate::identify::detector;
use crate::investigate::LARGEST;
use crate::s3::{Bucket, Place};

/// Somebody else changed what a step was to change.
fn changed(operation: &str, what: &str) -> CloudError {
    CloudError::Refused {
        operation: operation.to_owned(),
        code: "Changed".to_owned(),
        why: format!("{what} is not as the plan took it to be: somebody changed it since"),
    }
}

/// Puts the changed content where the content before still lies: S3 compares the entity tag (`If-Match`), so that a change
/// by somebody else in between is never lost.
pub(super) async fn put(
    cloud: &AwsCloud,
    when: Again,
    edit: &ListEdit,
) -> Result<Performed, CloudError> {
    const PUT: &str = "s3:PutObject";
    let location = &edit.set.location;
    let place = Place::of_location(location).ok_or_else(|| CloudError::Unfit {
        what: location.clone(),
        why: "is no place in S3".to_owned(),
    })?;
    let owner = edit.set.owner.as_deref();
    let bucket = Bucket::open(cloud, &place.bucket).await;
    let (bytes, held) = bucket.fetch(&place.key, LARGEST, owner).await?;
    if Digest::of(&bytes) == edit.to {
        return Ok(already(Vec::new()));
    }
    let (Some(after), Some(tag)) = (edit.apply(&bytes), held.e_tag()) else {
        return Err(changed(PUT, location));
    };
    // A put replaces all of an object: what else it carries goes with it, and what would be lost keeps it from being put.
    if held.tag_count().is_some_and(|tags| tags > 0) || held.object_lock_mode().is_some() {
        return Err(CloudError::Unfit {
            what: location.clone(),
            why: "has tags or an Object Lock, which a put would not keep: edit it by hand"
                .to_owned(),
        });
    }
    // A request of S3 holds its body and cannot be cloned: each is made anew.
    let sent = again(when, || {
        let request = bucket
            .client
            .put_object()
            .bucket(&place.bucket)
            .key(&place.key)
            .set_expected_bucket_owner(owner.map(str::to_owned))
            .if_match(tag)
            .set_content_type(held.content_type.clone())
            .set_content_encoding(held.content_encoding.clone())
            .set_cache_control(held.cache_control.clone())
            .set_metadata(held.metadata.clone())
            .set_server_side_encryption(held.server_side_encryption.clone())
            .set_ssekms_key_id(held.ssekms_key_id.clone())
            .set_bucket_key_enabled(held.bucket_key_enabled)
            .set_storage_class(held.storage_class.as_ref().map(|c| c.as_str().into()))
            .body(ByteStream::from(after.clone()));
        async move {
            request
                .send()
                .await
                .map_err(|error| cloud_error(PUT, location, &error))
        }
    })
    .await;
    match sent {
        Ok(answer) => {
            let version = answer.version_id().map(str::to_owned);
            Ok(performed(
                answer.request_id(),
                version.into_iter().collect(),
            ))
        }
        // The SDK may have sent it twice and lost the first answer: then it is our own content that does not match.
        Err(error)
            if ["PreconditionFailed", "ConditionalRequestConflict"].contains(&error.code()) =>
        {
            let (bytes, _) = bucket.fetch(&place.key, LARGEST, owner).await?;
            if Digest::of(&bytes) == edit.to {
                Ok(already(Vec::new()))
            } else {
                Err(changed(PUT, location))
            }
        }
        Err(error) => Err(error),
    }
}

/// Has GuardDuty read a list anew, and asks how it took it.
pub(super) async fn activate(
    cloud: &AwsCloud,
    again: Again,
    to: &ActivateList,
) -> Result<Performed, CloudError> {
    let (detector, set) = (detector(cloud).await?, &to.set);
    let (client, operation, id) = (&cloud.write.guardduty, set.kind.update(), set.id.as_str());
    macro_rules! update {
        ($update:ident, $get:ident, $id:ident) => {{
            let request = client
                .$update()
                .detector_id(&detector)
                .$id(id)
                .activate(true);
            let answer = send!(cloud, again, operation, id, request).map_err(of_member)?;
            let request = cloud.read.guardduty.$get().detector_id(&detector).$id(id);
            let told = request
                .send()
                .await
                .map_err(|error| cloud_error(operation, id, &error))?;
            let status = told.status().map(|s| s.as_str().to_owned());
            (answer.request_id().map(str::to_owned), status)
        }};
    }
    let (request_id, status) = match set.kind {
        SetKind::ThreatIntel => {
            update!(
                update_threat_intel_set,
                get_threat_intel_set,
                threat_intel_set_id
            )
        }
        SetKind::Ip => update!(update_ip_set, get_ip_set, ip_set_id),
        SetKind::ThreatEntity => {
            update!(
                update_threat_entity_set,
                get_threat_entity_set,
                threat_entity_set_id
            )
        }
        SetKind::TrustedEntity => {
            update!(
                update_trusted_entity_set,
                get_trusted_entity_set,
                trusted_entity_set_id
            )
        }
    };
    // What GuardDuty says of the list counts, not that it took the call.
    match status.as_deref() {
        Some("ACTIVE" | "ACTIVATING") | None => Ok(performed(request_id.as_deref(), Vec::new())),
        Some(status) => Err(CloudError::Refused {
            operation: operation.to_owned(),
            code: status.to_owned(),
            why: format!("GuardDuty could not read {}", set.location),
        }),
    }
}

/// Makes a suppression rule or takes it away, where one of that name is not somebody else's.
pub(super) async fn suppress(
    cloud: &AwsCloud,
    again: Again,
    marks: &Marks<'_>,
    to: &SuppressFinding,
) -> Result<Performed, CloudError> {
    let (detector, name) = (detector(cloud).await?, to.rule.as_str());
    let client = &cloud.write.guardduty;
    let stands = found(cloud, &detector, to).await?;
    match (to.suppressed, stands) {
        (true, Some(true)) | (false, None) => Ok(already(vec![name.to_owned()])),
        (_, Some(false)) => Err(changed("guardduty:GetFilter", name)),
        (false, Some(true)) => {
            let request = client
                .delete_filter()
                .detector_id(&detector)
                .filter_name(name);
            let answer =
                send!(cloud, again, "guardduty:DeleteFilter", name, request).map_err(of_member)?;
            Ok(performed(answer.request_id(), Vec::new()))
        }
        (true, None) => {
            let criteria = to
                .criteria()
                .into_iter()
                .fold(FindingCriteria::builder(), |made, (field, value)| {
                    made.criterion(field, Condition::builder().equals(value).build())
                })
                .build();
            let token = Digest::of(format!("{}/{}", marks.case, marks.step).as_bytes()).hex();
            let request = client
                .create_filter()
                .detector_id(&detector)
                .name(name)
                .description(format!("Rebato, case {}", marks.case))
                .action(FilterAction::Archive)
                .finding_criteria(criteria)
                .client_token(token);
            let answer =
                send!(cloud, again, "guardduty:CreateFilter", name, request).map_err(of_member)?;
            let made = answer.name().unwrap_or(name).to_owned();
            Ok(performed(answer.request_id(), vec![made]))
        }
    }
}

/// Whether the rule of that name is ours as we make it; `None` where there is none.
async fn found(
    cloud: &AwsCloud,
    detector: &str,
    to: &SuppressFinding,
) -> Result<Option<bool>, CloudError> {
    let request = cloud
        .read
        .guardduty
        .list_filters()
        .detector_id(detector)
        .into_paginator()
        .items()
        .send();
    let mut names = request;
    let mut there = false;
    while let Some(name) = names.next().await {
        let name = name.map_err(|error| cloud_error("guardduty:ListFilters", detector, &error))?;
        there |= name == to.rule;
    }
    if !there {
        return Ok(None);
    }
    let rule = cloud
        .read
        .guardduty
        .get_filter()
        .detector_id(detector)
        .filter_name(&to.rule)
        .send()
        .await
        .map_err(|error| cloud_error("guardduty:GetFilter", &to.rule, &error))?;
    let criterion = rule.finding_criteria().and_then(|c| c.criterion());
    let wanted = to.criteria();
    let same = criterion.is_some_and(|fields| {
        fields.len() == wanted.len()
            && wanted.iter().all(|(field, value)| {
                fields
                    .get(field)
                    .is_some_and(|condition| condition.equals() == std::slice::from_ref(value))
            })
    });
    Ok(Some(same && rule.action() == Some(&FilterAction::Archive)))
}

/// A member account gets `BadRequestException` or `AccessDeniedException` for what only the administrator account may do.
fn of_member(error: CloudError) -> CloudError {
    const SAYS: &str = "only the GuardDuty administrator account has lists and rules; a member account may not change them";
    match error {
        CloudError::Refused {
            operation,
            code,
            why,
        } => CloudError::Refused {
            operation,
            code,
            why: format!("{why} ({SAYS})"),
        },
        CloudError::Denied {
            operation,
            code,
            why,
        } => CloudError::Denied {
            operation,
            code,
            why: format!("{why} ({SAYS})"),
        },
        other => other,
    }
}
