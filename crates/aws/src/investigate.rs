//! Step 4 of the runbook: the threat and trusted lists that findings speak of, with their content. Must not read a list.

use aws_sdk_guardduty::config::http::HttpResponse;
use aws_sdk_guardduty::error::{ProvideErrorMetadata, SdkError};
use futures::future::{join_all, try_join_all};
use futures::join;
use rebato_core::contain::{ListSet, SetKind};
use rebato_engine::ports::{AccountList, CloudError};

use crate::connect::AwsCloud;
use crate::error::cloud_error;
use crate::identify::{detectors, text_of};
use crate::s3::{Bucket, Place};

/// GuardDuty takes no bigger list than 35 MB.
pub(crate) const LARGEST: usize = 35 * 1024 * 1024;

/// All lists of the Region, sorted by name; only the administrator account has any.
pub(crate) async fn lists(cloud: &AwsCloud) -> Result<Vec<AccountList>, CloudError> {
    let detectors = detectors(cloud).await?;
    let entries = try_join_all(detectors.iter().map(|detector| async move {
        let (threats, trusted, threat_entities, trusted_entities) = join!(
            threat_intel_sets(cloud, detector),
            ip_sets(cloud, detector),
            threat_entity_sets(cloud, detector),
            trusted_entity_sets(cloud, detector),
        );
        let mut found = Vec::new();
        for kind in [threats, trusted, threat_entities, trusted_entities] {
            match kind {
                Ok(entries) => found.extend(entries),
                // One kind that may not be read hides none of the others, and is not passed over.
                Err(CloudError::Denied {
                    operation,
                    code,
                    why,
                }) => {
                    found.push(denied(&operation, format!("{code}: {why}")));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }))
    .await?;
    let mut lists = join_all(
        entries
            .into_iter()
            .flatten()
            .map(|list| with_content(cloud, list)),
    )
    .await;
    lists.sort_by(|a, b| (&a.name, a.trusted).cmp(&(&b.name, b.trusted)));
    Ok(lists)
}

/// Stands for a kind of list that may not be read.
fn denied(operation: &str, why: String) -> AccountList {
    AccountList {
        name: operation.to_owned(),
        trusted: false,
        format: String::new(),
        location: String::new(),
        status: "DENIED".to_owned(),
        modified: None,
        content: Err(why),
        set: None,
    }
}

/// Fetches the object that a list points to.
async fn with_content(cloud: &AwsCloud, mut list: AccountList) -> AccountList {
    if list.location.is_empty() {
        return list;
    }
    match Place::of_location(&list.location) {
        Some(place) => {
            let bucket = Bucket::open(cloud, &place.bucket).await;
            match bucket
                .get(
                    &place.key,
                    LARGEST,
                    list.set.as_ref().and_then(|set| set.owner.as_deref()),
                )
                .await
            {
                Ok((bytes, modified)) => {
                    list.modified = modified;
                    list.content = Ok(bytes);
                }
                Err(error) => list.content = Err(error.to_string()),
            }
        }
        None => list.content = Err("the location is not one of S3".to_owned()),
    }
    list
}

/// One kind of list: its ids, then each by itself, side by side.
macro_rules! kind {
    ($function:ident, $kind:expr, $list:ident, $listed:expr, $get:ident, $id:ident, $got:expr) => {
        async fn $function(
            cloud: &AwsCloud,
            detector: &str,
        ) -> Result<Vec<AccountList>, CloudError> {
            let client = &cloud.read.guardduty;
            let mut pages = client
                .$list()
                .detector_id(detector)
                .into_paginator()
                .items()
                .send();
            let mut ids: Vec<String> = Vec::new();
            while let Some(id) = pages.next().await {
                match id {
                    Ok(id) => ids.push(id),
                    Err(error) if not_offered(&error) => return Ok(Vec::new()),
                    Err(error) => return Err(cloud_error($listed, detector, &error)),
                }
            }
            let read = ids.iter().map(|id| async move {
                let answer = client
                    .$get()
                    .detector_id(detector)
                    .$id(id)
                    .send()
                    .await
                    .map_err(|error| cloud_error($got, id, &error))?;
                let set = ListSet {
                    kind: $kind,
                    id: id.clone(),
                    name: text_of(answer.name()),
                    location: text_of(answer.location()),
                    owner: answer.expected_bucket_owner().map(str::to_owned),
                };
                Ok::<_, CloudError>(AccountList {
                    name: set.name.clone(),
                    trusted: $kind.is_trusted(),
                    format: answer
                        .format()
                        .map(|f| f.as_str().to_owned())
                        .unwrap_or_default(),
                    location: set.location.clone(),
                    status: answer
                        .status()
                        .map(|s| s.as_str().to_owned())
                        .unwrap_or_default(),
                    modified: None,
                    content: Err(String::new()),
                    set: Some(set),
                })
            });
            try_join_all(read).await
        }
    };
}

kind!(
    threat_intel_sets,
    SetKind::ThreatIntel,
    list_threat_intel_sets,
    "guardduty:ListThreatIntelSets",
    get_threat_intel_set,
    threat_intel_set_id,
    "guardduty:GetThreatIntelSet"
);
kind!(
    ip_sets,
    SetKind::Ip,
    list_ip_sets,
    "guardduty:ListIPSets",
    get_ip_set,
    ip_set_id,
    "guardduty:GetIPSet"
);
kind!(
    threat_entity_sets,
    SetKind::ThreatEntity,
    list_threat_entity_sets,
    "guardduty:ListThreatEntitySets",
    get_threat_entity_set,
    threat_entity_set_id,
    "guardduty:GetThreatEntitySet"
);
kind!(
    trusted_entity_sets,
    SetKind::TrustedEntity,
    list_trusted_entity_sets,
    "guardduty:ListTrustedEntitySets",
    get_trusted_entity_set,
    trusted_entity_set_id,
    "guardduty:GetTrustedEntitySet"
);

/// Entity lists are younger than GuardDuty: some partitions do not know the call, and then there are none.
fn not_offered<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    let unknown = |code: &str| {
        [
            "UnknownOperationException",
            "UnknownOperation",
            "InvalidAction",
            "NotImplemented",
        ]
        .contains(&code)
    };
    match error {
        SdkError::ServiceError(answered) => match answered.err().code() {
            Some(code) => unknown(code),
            None => answered.raw().status().as_u16() == 404,
        },
        _ => false,
    }
}
