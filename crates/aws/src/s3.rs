//! Objects in buckets: where a location points, and reading it. Must not know what lies there.

use aws_sdk_s3::Client;
use aws_sdk_s3::config::Region;
use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;
use rebato_engine::ports::CloudError;

use crate::connect::AwsCloud;
use crate::error::cloud_error;
use crate::identify::timestamp;

/// A bucket and a key, or a prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) bucket: String,
    pub(crate) key: String,
}

impl Place {
    /// The place in any of the forms that GuardDuty takes: `s3://bucket/key`, `https://s3.amazonaws.com/bucket/key`,
    /// `https://s3.region.amazonaws.com/bucket/key`, `https://bucket.s3.region.amazonaws.com/key`, and their older
    /// spellings with `s3-region`.
    pub(crate) fn of_location(location: &str) -> Option<Self> {
        if let Some(rest) = location.strip_prefix("s3://") {
            return Self::of_path(rest);
        }
        let rest = location
            .strip_prefix("https://")
            .or_else(|| location.strip_prefix("http://"))?;
        let rest = rest.split(['?', '#']).next().unwrap_or(rest);
        let (host, path) = rest.split_once('/')?;
        let host = host
            .strip_suffix(".amazonaws.com.cn")
            .or_else(|| host.strip_suffix(".amazonaws.com"))?;
        let labels: Vec<&str> = host.split('.').collect();
        // The last one: a bucket may be named so itself.
        let service = labels
            .iter()
            .rposition(|label| *label == "s3" || label.starts_with("s3-"))?;
        let bucket = labels.get(..service).unwrap_or_default().join(".");
        let path = percent_decoded(path)?;
        if bucket.is_empty() {
            Self::of_path(&path)
        } else {
            Self::new(&bucket, &path)
        }
    }

    /// A bucket's ARN with or without a prefix: `arn:aws:s3:::bucket/prefix/`. The key is then the prefix, without
    /// slashes at its ends, and may be empty.
    pub(crate) fn of_arn(arn: &str) -> Option<Self> {
        let mut parts = arn.splitn(6, ':');
        if parts.next() != Some("arn") || parts.nth(1) != Some("s3") {
            return None;
        }
        let resource = parts.nth(2)?;
        let (bucket, prefix) = resource.split_once('/').unwrap_or((resource, ""));
        let prefix = prefix.trim_matches('/');
        (!bucket.is_empty()).then(|| Self {
            bucket: bucket.to_owned(),
            key: prefix.to_owned(),
        })
    }

    fn of_path(path: &str) -> Option<Self> {
        let (bucket, key) = path.split_once('/')?;
        Self::new(bucket, key)
    }

    fn new(bucket: &str, key: &str) -> Option<Self> {
        (!bucket.is_empty() && !key.is_empty()).then(|| Self {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
        })
    }
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            let digits = std::str::from_utf8(&digits).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Listings that run side by side.
const SIDE_BY_SIDE: usize = 8;

/// An object in a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object {
    pub(crate) key: String,
    pub(crate) bytes: u64,
}

/// A bucket in the Region where it is.
pub(crate) struct Bucket {
    pub(crate) client: Client,
    name: String,
}

impl Bucket {
    /// Finds the bucket's Region: any answer tells it, even a refusal.
    pub(crate) async fn open(cloud: &AwsCloud, name: &str) -> Self {
        let client = &cloud.read.s3;
        let region = match client.head_bucket().bucket(name).send().await {
            Ok(answer) => answer.bucket_region().map(str::to_owned),
            Err(error) => told_region(&error),
        };
        let client = match region.filter(|region| *region != cloud.region) {
            Some(region) => Client::from_conf(
                client
                    .config()
                    .to_builder()
                    .region(Region::new(region))
                    .build(),
            ),
            None => client.clone(),
        };
        Self {
            client,
            name: name.to_owned(),
        }
    }

    /// Objects below a prefix, sorted by key. A folder is entered and an object given only when its name `fits`.
    pub(crate) async fn walk(
        &self,
        prefix: &str,
        fits: &(dyn Fn(&str) -> bool + Sync),
    ) -> Result<Vec<Object>, CloudError> {
        let mut folders = vec![prefix.to_owned()];
        let mut found = Vec::new();
        while !folders.is_empty() {
            let listed: Vec<(Vec<Object>, Vec<String>)> =
                stream::iter(std::mem::take(&mut folders))
                    .map(|folder| self.folder(folder))
                    .buffered(SIDE_BY_SIDE)
                    .try_collect()
                    .await?;
            for (objects, inside) in listed {
                found.extend(objects.into_iter().filter(|object| fits(&object.key)));
                folders.extend(inside.into_iter().filter(|folder| fits(folder)));
            }
        }
        found.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(found)
    }

    /// What lies directly below a prefix: objects, and prefixes that end in a slash.
    async fn folder(&self, prefix: String) -> Result<(Vec<Object>, Vec<String>), CloudError> {
        let place = format!("s3://{}/{prefix}", self.name);
        let mut pages = self
            .client
            .list_objects_v2()
            .bucket(&self.name)
            .prefix(prefix)
            .delimiter("/")
            .into_paginator()
            .send();
        let (mut objects, mut folders) = (Vec::new(), Vec::new());
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| cloud_error("s3:ListBucket", &place, &error))?;
            folders.extend(
                page.common_prefixes()
                    .iter()
                    .filter_map(|folder| folder.prefix().map(str::to_owned)),
            );
            objects.extend(
                page.contents
                    .unwrap_or_default()
                    .into_iter()
                    .filter_map(|object| {
                        let bytes = object.size().and_then(|size| u64::try_from(size).ok());
                        let key = object.key.filter(|key| !key.ends_with('/'))?;
                        Some(Object {
                            key,
                            bytes: bytes.unwrap_or(0),
                        })
                    }),
            );
        }
        Ok((objects, folders))
    }

    /// An object and when it was last changed; refused when it has more bytes than allowed.
    pub(crate) async fn get(
        &self,
        key: &str,
        at_most: usize,
        owner: Option<&str>,
    ) -> Result<(Vec<u8>, Option<Timestamp>), CloudError> {
        let (bytes, answer) = self.fetch(key, at_most, owner).await?;
        Ok((bytes, answer.last_modified().and_then(timestamp)))
    }

    /// An object and all that is told of it.
    pub(crate) async fn fetch(
        &self,
        key: &str,
        at_most: usize,
        owner: Option<&str>,
    ) -> Result<(Vec<u8>, GetObjectOutput), CloudError> {
        let place = format!("s3://{}/{key}", self.name);
        let mut answer = self
            .client
            .get_object()
            .bucket(&self.name)
            .key(key)
            .set_expected_bucket_owner(owner.map(str::to_owned))
            .send()
            .await
            .map_err(|error| cloud_error("s3:GetObject", &place, &error))?;
        let mut body = std::mem::take(&mut answer.body);
        let mut bytes = Vec::new();
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(|error| CloudError::Unreachable {
                operation: "s3:GetObject".to_owned(),
                why: format!("{place} broke off: {error}"),
            })?;
            if bytes.len() + chunk.len() > at_most {
                return Err(CloudError::Refused {
                    operation: "s3:GetObject".to_owned(),
                    code: "TooLarge".to_owned(),
                    why: format!("{place} has more than {at_most} bytes"),
                });
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok((bytes, answer))
    }
}

fn told_region<E>(error: &SdkError<E, HttpResponse>) -> Option<String> {
    error
        .raw_response()?
        .headers()
        .get("x-amz-bucket-region")
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(bucket: &str, key: &str) -> Option<Place> {
        Some(Place {
            bucket: bucket.into(),
            key: key.into(),
        })
    }

    #[test]
    fn every_form_of_a_location_is_read() {
        for location in [
            "s3://lists/a/bad.txt",
            "https://s3.amazonaws.com/lists/a/bad.txt",
            "https://s3.eu-west-1.amazonaws.com/lists/a/bad.txt",
            "https://s3-eu-west-1.amazonaws.com/lists/a/bad.txt",
            "https://lists.s3.amazonaws.com/a/bad.txt",
            "https://lists.s3.eu-west-1.amazonaws.com/a/bad.txt",
            "https://lists.s3-eu-west-1.amazonaws.com/a/bad.txt",
            "https://lists.s3.dualstack.eu-west-1.amazonaws.com/a/bad.txt?versionId=3",
            "https://lists.s3.cn-north-1.amazonaws.com.cn/a/bad.txt",
        ] {
            assert_eq!(
                Place::of_location(location),
                place("lists", "a/bad.txt"),
                "{location}"
            );
        }
        assert_eq!(
            Place::of_location("https://s3.x.s3.eu-west-1.amazonaws.com/k"),
            place("s3.x", "k")
        );
        assert_eq!(
            Place::of_location("https://b.s3.amazonaws.com/bad%20%2B.txt"),
            place("b", "bad +.txt")
        );
        for bad in [
            "https://example.com/lists/bad.txt",
            "s3://lists",
            "s3:///k",
            "",
            "https://b.s3.amazonaws.com/%zz",
        ] {
            assert_eq!(Place::of_location(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_bucket_arn_may_have_a_prefix() {
        assert_eq!(
            Place::of_arn("arn:aws:s3:::flow-logs"),
            place("flow-logs", "")
        );
        assert_eq!(
            Place::of_arn("arn:aws-cn:s3:::flow-logs/a/b/"),
            place("flow-logs", "a/b")
        );
        assert_eq!(Place::of_arn("arn:aws:logs:eu-west-1:1:log-group:x"), None);
        assert_eq!(Place::of_arn("flow-logs"), None);
    }
}
