//! Tags on any taggable EC2 resource, and what an EC2 id looks like.
//! Must not know the wire.

use super::model::{ApiError, ApiResult, Tags, World};

/// Whether the text is an EC2 id with this prefix: 8 or 17 hex digits.
pub(crate) fn looks_like_id(prefix: &str, id: &str) -> bool {
    id.strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('-'))
        .is_some_and(|hex| {
            matches!(hex.len(), 8 | 17) && hex.bytes().all(|b| b.is_ascii_hexdigit())
        })
}

impl World {
    /// `CreateTags`: overwrites; all resources or none.
    pub fn create_tags(&mut self, resources: &[String], tags: &Tags) -> ApiResult<()> {
        for (key, value) in tags {
            if key.starts_with("aws:") {
                return Err(ApiError::new(
                    "InvalidParameterValue",
                    format!(
                        "Tag keys starting with 'aws:' are reserved for internal use (key: {key})"
                    ),
                ));
            }
            if key.is_empty() || key.chars().count() > 127 || value.chars().count() > 255 {
                return Err(ApiError::new(
                    "InvalidParameterValue",
                    "Tag key or value is too long (127 and 255 characters at most), or the key is empty.",
                ));
            }
        }
        for id in resources {
            let total = self
                .tags_of(id)?
                .keys()
                .chain(tags.keys())
                .collect::<std::collections::BTreeSet<_>>()
                .len();
            if total > 50 {
                return Err(ApiError::new(
                    "TagLimitExceeded",
                    format!("The maximum number of Tags for a resource has been reached: {id}"),
                ));
            }
        }
        for id in resources {
            self.tags_mut(id)?.extend(tags.clone());
        }
        Ok(())
    }

    /// `DeleteTags`: a value given must match (an empty one too); no error for what is not there.
    pub fn delete_tags(
        &mut self,
        resources: &[String],
        tags: &[(String, Option<String>)],
    ) -> ApiResult<()> {
        for id in resources {
            self.tags_of(id)?;
        }
        for id in resources {
            let held = self.tags_mut(id)?;
            if tags.is_empty() {
                held.retain(|key, _| key.starts_with("aws:"));
            }
            for (key, value) in tags {
                if value
                    .as_ref()
                    .is_none_or(|value| held.get(key) == Some(value))
                {
                    held.remove(key);
                }
            }
        }
        Ok(())
    }

    /// The tags of an EC2 resource, or the `NotFound` of its kind.
    pub fn tags_of(&self, id: &str) -> ApiResult<&Tags> {
        let found = match kind(id) {
            "i" => self.instances.get(id).map(|r| &r.tags),
            "eni" => self.interfaces.get(id).map(|r| &r.tags),
            "sg" => self.groups.get(id).map(|r| &r.tags),
            "sgr" => self
                .groups
                .values()
                .flat_map(|g| &g.rules)
                .find(|r| r.id == id)
                .map(|r| &r.tags),
            "vol" => self.volumes.get(id).map(|r| &r.tags),
            "snap" => self.snapshots.get(id).map(|r| &r.tags),
            "eipalloc" => self.addresses.get(id).map(|r| &r.tags),
            "vpc" => self.vpcs.get(id).map(|r| &r.tags),
            "subnet" => self.subnets.get(id).map(|r| &r.tags),
            "acl" => self.network_acls.get(id).map(|r| &r.tags),
            "fl" => self.flow_logs.get(id).map(|r| &r.tags),
            "key" => self.key_pairs.get(id).map(|r| &r.tags),
            _ => None,
        };
        found.ok_or_else(|| unknown(id))
    }

    fn tags_mut(&mut self, id: &str) -> ApiResult<&mut Tags> {
        let found = match kind(id) {
            "i" => self.instances.get_mut(id).map(|r| &mut r.tags),
            "eni" => self.interfaces.get_mut(id).map(|r| &mut r.tags),
            "sg" => self.groups.get_mut(id).map(|r| &mut r.tags),
            "sgr" => self
                .groups
                .values_mut()
                .flat_map(|g| &mut g.rules)
                .find(|r| r.id == id)
                .map(|r| &mut r.tags),
            "vol" => self.volumes.get_mut(id).map(|r| &mut r.tags),
            "snap" => self.snapshots.get_mut(id).map(|r| &mut r.tags),
            "eipalloc" => self.addresses.get_mut(id).map(|r| &mut r.tags),
            "vpc" => self.vpcs.get_mut(id).map(|r| &mut r.tags),
            "subnet" => self.subnets.get_mut(id).map(|r| &mut r.tags),
            "acl" => self.network_acls.get_mut(id).map(|r| &mut r.tags),
            "fl" => self.flow_logs.get_mut(id).map(|r| &mut r.tags),
            "key" => self.key_pairs.get_mut(id).map(|r| &mut r.tags),
            _ => None,
        };
        found.ok_or_else(|| unknown(id))
    }

    /// Every tag in EC2 as (resource id, resource type, key, value), in order of resource id.
    #[must_use]
    pub fn all_tags(&self) -> Vec<(String, &'static str, String, String)> {
        let mut all = Vec::new();
        let mut add = |id: &String, kind: &'static str, tags: &Tags| {
            all.extend(
                tags.iter()
                    .map(|(key, value)| (id.clone(), kind, key.clone(), value.clone())),
            );
        };
        self.instances
            .iter()
            .for_each(|(id, r)| add(id, "instance", &r.tags));
        self.interfaces
            .iter()
            .for_each(|(id, r)| add(id, "network-interface", &r.tags));
        self.groups
            .iter()
            .for_each(|(id, r)| add(id, "security-group", &r.tags));
        self.volumes
            .iter()
            .for_each(|(id, r)| add(id, "volume", &r.tags));
        self.snapshots
            .iter()
            .for_each(|(id, r)| add(id, "snapshot", &r.tags));
        self.addresses
            .iter()
            .for_each(|(id, r)| add(id, "elastic-ip", &r.tags));
        self.vpcs.iter().for_each(|(id, r)| add(id, "vpc", &r.tags));
        self.subnets
            .iter()
            .for_each(|(id, r)| add(id, "subnet", &r.tags));
        self.network_acls
            .iter()
            .for_each(|(id, r)| add(id, "network-acl", &r.tags));
        self.flow_logs
            .iter()
            .for_each(|(id, r)| add(id, "vpc-flow-log", &r.tags));
        self.key_pairs
            .iter()
            .for_each(|(id, r)| add(id, "key-pair", &r.tags));
        all
    }
}

fn kind(id: &str) -> &str {
    id.split_once('-').map_or("", |(kind, _)| kind)
}

fn unknown(id: &str) -> ApiError {
    let (code, noun) = match kind(id) {
        "i" => ("InvalidInstanceID.NotFound", "instance"),
        "eni" => ("InvalidNetworkInterfaceID.NotFound", "networkInterface"),
        "sg" => ("InvalidGroup.NotFound", "security group"),
        "sgr" => ("InvalidSecurityGroupRuleId.NotFound", "security group rule"),
        "vol" => ("InvalidVolume.NotFound", "volume"),
        "snap" => ("InvalidSnapshot.NotFound", "snapshot"),
        "eipalloc" => ("InvalidAllocationID.NotFound", "allocation"),
        "vpc" => ("InvalidVpcID.NotFound", "vpc"),
        "subnet" => ("InvalidSubnetID.NotFound", "subnet"),
        "acl" => ("InvalidNetworkAclID.NotFound", "networkAcl"),
        "fl" => ("InvalidFlowLogId.NotFound", "flow log"),
        _ => return ApiError::new("InvalidID", format!("The ID '{id}' is not valid")),
    };
    ApiError::new(code, format!("The {noun} ID '{id}' does not exist"))
}
