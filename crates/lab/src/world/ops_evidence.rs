//! Snapshots and flow log configurations.
//! Must not know the wire, nor how flow records are written.

use std::collections::BTreeSet;

use super::model::{ApiError, ApiResult, FlowLog, InstanceState, Snapshot, Tags, World};

/// What `CreateSnapshots` takes besides the instance.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SnapshotRequest {
    /// Description of every snapshot.
    pub description: String,
    /// Leaves the boot volume out.
    pub exclude_boot_volume: bool,
    /// Data volumes left out.
    pub exclude_volume_ids: Vec<String>,
    /// `CopyTagsFromSource=volume`.
    pub copy_tags_from_volume: bool,
    /// Tags on every snapshot.
    pub tags: Tags,
}

/// What `CreateFlowLogs` takes for each resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowLogRequest {
    /// VPC, subnets or interfaces.
    pub resource_ids: Vec<String>,
    /// `ALL`, `ACCEPT` or `REJECT`.
    pub traffic_type: String,
    /// `s3` or `cloud-watch-logs`.
    pub destination_type: String,
    /// Bucket ARN for `s3`.
    pub destination: String,
    /// Log group for `cloud-watch-logs`.
    pub log_group_name: Option<String>,
    /// Format; AWS's default if none.
    pub log_format: Option<String>,
    /// 60 or 600 seconds.
    pub max_aggregation_interval: i32,
    /// Role that delivers to CloudWatch Logs.
    pub deliver_logs_permission_arn: Option<String>,
    /// Idempotency token.
    pub client_token: Option<String>,
    /// Tags.
    pub tags: Tags,
}

/// AWS's default flow log format (version 2).
pub const DEFAULT_FLOW_LOG_FORMAT: &str = "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}";

impl World {
    /// `CreateSnapshots`: one point in time over the volumes of an instance. There is no token: a second call makes
    /// a second set. Answers the snapshots' ids.
    pub fn create_snapshots(
        &mut self,
        instance_id: &str,
        request: &SnapshotRequest,
    ) -> ApiResult<Vec<String>> {
        let instance = self.instance(instance_id)?;
        if instance.state == InstanceState::Terminated {
            return Err(ApiError::new(
                "IncorrectState",
                format!("The instance '{instance_id}' is terminated."),
            ));
        }
        let volumes: Vec<String> = instance
            .block_devices
            .iter()
            .filter(|device| {
                !(request.exclude_boot_volume && device.device_name == instance.root_device_name)
            })
            .filter(|device| !request.exclude_volume_ids.contains(&device.volume_id))
            .map(|device| device.volume_id.clone())
            .collect();
        if volumes.is_empty() {
            return Err(ApiError::new(
                "InvalidParameterValue",
                "No volumes are left to take a snapshot of.",
            ));
        }
        volumes
            .iter()
            .map(|volume| {
                let mut tags = match self.volumes.get(volume) {
                    Some(volume) if request.copy_tags_from_volume => volume
                        .tags
                        .iter()
                        .filter(|(k, _)| !k.starts_with("aws:"))
                        .map(|(k, v)| (k.clone(), v.clone()))
                        .collect(),
                    _ => Tags::new(),
                };
                tags.extend(request.tags.clone());
                self.create_snapshot(volume, &request.description, tags)
            })
            .collect()
    }

    /// `CreateSnapshot` of one volume. Answers the snapshot's id.
    pub fn create_snapshot(
        &mut self,
        volume_id: &str,
        description: &str,
        tags: Tags,
    ) -> ApiResult<String> {
        let volume = self.volumes.get(volume_id).ok_or_else(|| {
            ApiError::new(
                "InvalidVolume.NotFound",
                format!("The volume '{volume_id}' does not exist."),
            )
        })?;
        let id = self.ids.ec2("snap");
        let snapshot = Snapshot {
            id: id.clone(),
            volume_id: volume.id.clone(),
            volume_size: volume.size,
            encrypted: volume.encrypted,
            kms_key_id: volume.kms_key_id.clone(),
            description: description.to_owned(),
            start_time: self.now,
            completes_at: self.now + self.settings.snapshot_takes,
            owner_id: self.account_id.clone(),
            infected: self.engine.infected.contains(&volume.id),
            state_message: None,
            shared_with: BTreeSet::new(),
            lock: None,
            tags,
        };
        self.snapshots.insert(id.clone(), snapshot);
        Ok(id)
    }

    /// `CreateFlowLogs`: honours the client token; `FlowLogAlreadyExists` for the same resource and destination.
    pub fn create_flow_logs(&mut self, request: &FlowLogRequest) -> ApiResult<Vec<String>> {
        let token = request
            .client_token
            .clone()
            .map(|token| ("CreateFlowLogs".to_owned(), token));
        if let Some(made) = token.as_ref().and_then(|token| self.tokens.get(token)) {
            return Ok(made.clone());
        }
        if !matches!(request.max_aggregation_interval, 60 | 600) {
            return Err(ApiError::new(
                "InvalidParameterValue",
                "MaxAggregationInterval must be 60 or 600.",
            ));
        }
        let mut ids = Vec::new();
        for resource in &request.resource_ids {
            let known = self.vpcs.contains_key(resource)
                || self.subnets.contains_key(resource)
                || self.interfaces.contains_key(resource);
            if !known {
                return Err(ApiError::new(
                    "InvalidParameterValue",
                    format!("The resource '{resource}' does not exist"),
                ));
            }
            let twice = self.flow_logs.values().any(|log| {
                log.resource_id == *resource
                    && log.destination == request.destination
                    && log.log_group_name == request.log_group_name
                    && log.traffic_type == request.traffic_type
            });
            if twice {
                return Err(ApiError::new(
                    "FlowLogAlreadyExists",
                    "Error. There is an existing Flow Log with the same configuration and log destination.",
                ));
            }
        }
        for resource in &request.resource_ids {
            let id = self.ids.ec2("fl");
            let log = FlowLog {
                id: id.clone(),
                resource_id: resource.clone(),
                traffic_type: request.traffic_type.clone(),
                destination_type: request.destination_type.clone(),
                destination: request.destination.clone(),
                log_group_name: request.log_group_name.clone(),
                log_format: request
                    .log_format
                    .clone()
                    .unwrap_or_else(|| DEFAULT_FLOW_LOG_FORMAT.to_owned()),
                max_aggregation_interval: request.max_aggregation_interval,
                creation_time: self.now,
                deliver_logs_permission_arn: request.deliver_logs_permission_arn.clone(),
                tags: request.tags.clone(),
            };
            self.flow_logs.insert(id.clone(), log);
            ids.push(id);
        }
        if let Some(token) = token {
            self.tokens.insert(token, ids.clone());
        }
        Ok(ids)
    }

    /// `DeleteFlowLogs` of one: whether it was there. What it delivered stays.
    pub fn delete_flow_log(&mut self, id: &str) -> bool {
        self.flow_logs.remove(id).is_some()
    }
}
