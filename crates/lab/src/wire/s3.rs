//! S3, path style: buckets and what is in them.

use std::collections::BTreeMap;

use hyper::body::Bytes;

use crate::world::{ApiError, Bucket, Object};

use super::context::Context;
use super::failure::error;
use super::operations::Operation;
use super::reply::{Reply, Wire};
use super::service::Service;
use super::xml::Xml;

const S3: Service = Service::S3;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::read(S3, "ListBuckets", list_buckets),
    Operation::read(S3, "HeadBucket", head_bucket),
    Operation::read(S3, "GetBucketLocation", location),
    Operation::read(S3, "GetPublicAccessBlock", public_access_block),
    Operation::read(S3, "ListObjectsV2", list_objects),
];

pub(super) fn document(name: &str, write: impl FnOnce(&mut Xml)) -> Reply {
    let mut xml = Xml::new();
    xml.raw(&format!("<{name} xmlns=\"{}\">", S3.namespace()));
    write(&mut xml);
    xml.raw(&format!("</{name}>"));
    let mut wire = Wire::xml(200, xml);
    wire.headers = vec![("content-type", "application/xml".to_owned())];
    Reply::Raw(wire)
}

pub(super) fn bucket<'a>(context: &'a Context<'_>) -> Result<&'a Bucket, ApiError> {
    let name = context.request.segment(0);
    let owner = context.request.header("x-amz-expected-bucket-owner");
    if owner.is_some_and(|owner| owner != context.world.account_id) {
        return Err(error("AccessDenied", "Access Denied", 403));
    }
    context.world.bucket(name)
}

fn list_buckets(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let world = &*context.world;
    Ok(document("ListAllMyBucketsResult", |xml| {
        xml.node("Owner", |xml| xml.text("ID", &world.account_id));
        xml.list(
            "Buckets",
            "Bucket",
            &world.buckets,
            |xml, (name, bucket)| {
                xml.text("Name", name);
                xml.time("CreationDate", bucket.created);
                xml.text("BucketRegion", &world.region);
            },
        );
    }))
}

fn head_bucket(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    bucket(context)?;
    Ok(Reply::Raw(Wire {
        status: 200,
        headers: vec![("x-amz-bucket-region", context.world.region.clone())],
        metadata: BTreeMap::new(),
        body: Bytes::new(),
    }))
}

fn location(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    bucket(context)?;
    let mut xml = Xml::new();
    let region = &context.world.region;
    // The first Region has no name here, as ever.
    let name = if region == "us-east-1" { "" } else { region };
    xml.raw(&format!(
        "<LocationConstraint xmlns=\"{}\">",
        S3.namespace()
    ));
    xml.raw(name);
    xml.raw("</LocationConstraint>");
    Ok(Reply::Raw(Wire::xml(200, xml)))
}

fn public_access_block(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    if !bucket(context)?.blocks_public {
        return Err(error(
            "NoSuchPublicAccessBlockConfiguration",
            "The public access block configuration was not found",
            404,
        ));
    }
    Ok(document("PublicAccessBlockConfiguration", |xml| {
        for setting in [
            "BlockPublicAcls",
            "IgnorePublicAcls",
            "BlockPublicPolicy",
            "RestrictPublicBuckets",
        ] {
            xml.text(setting, true);
        }
    }))
}

/// What a listing shows: an object, or a folded prefix.
enum Entry<'a> {
    Object(&'a str, &'a Object),
    Prefix(String),
}

impl Entry<'_> {
    /// The last key that the entry stands for: the next page begins after it.
    fn end(&self) -> String {
        match self {
            Self::Object(key, _) => (*key).to_owned(),
            // Everything below the prefix sorts before this.
            Self::Prefix(prefix) => format!("{prefix}\u{10ffff}"),
        }
    }
}

fn list_objects(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let bucket = bucket(context)?;
    let query = &context.request.query;
    let text = |name: &str| query.get(name).map_or("", String::as_str);
    let (prefix, delimiter) = (text("prefix"), text("delimiter"));
    let most = match query.get("max-keys") {
        None => 1000,
        Some(number) => number
            .parse::<usize>()
            .map_err(|_| {
                error(
                    "InvalidArgument",
                    "Provided max-keys not an integer or within integer range",
                    400,
                )
            })?
            .min(1000),
    };
    let token = text("continuation-token");
    let after = if token.is_empty() {
        text("start-after").to_owned()
    } else {
        from_token(token)?
    };
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut truncated = false;
    for (key, object) in bucket.objects.range(prefix.to_owned()..) {
        if !key.starts_with(prefix) {
            break;
        }
        if *key <= after {
            continue;
        }
        let folded = key
            .strip_prefix(prefix)
            .filter(|_| !delimiter.is_empty())
            .and_then(|rest| rest.split_once(delimiter))
            .map(|(part, _)| format!("{prefix}{part}{delimiter}"));
        let entry = match folded {
            Some(folded) => {
                if matches!(entries.last(), Some(Entry::Prefix(last)) if *last == folded) {
                    continue;
                }
                Entry::Prefix(folded)
            }
            None => Entry::Object(key, object),
        };
        if entries.len() == most {
            truncated = true;
            break;
        }
        entries.push(entry);
    }
    let encode = text("encoding-type") == "url";
    let shown = |key: &str| {
        if encode {
            url_encoded(key)
        } else {
            key.to_owned()
        }
    };
    Ok(document("ListBucketResult", |xml| {
        xml.text("Name", context.request.segment(0));
        xml.text("Prefix", shown(prefix));
        xml.maybe(
            "Delimiter",
            Some(delimiter)
                .filter(|delimiter| !delimiter.is_empty())
                .map(shown),
        );
        xml.text("MaxKeys", most);
        xml.text("KeyCount", entries.len());
        xml.text("IsTruncated", truncated);
        xml.maybe("EncodingType", encode.then_some("url"));
        xml.maybe(
            "ContinuationToken",
            Some(token).filter(|token| !token.is_empty()),
        );
        if truncated {
            xml.maybe(
                "NextContinuationToken",
                entries.last().map(|entry| to_token(&entry.end())),
            );
        }
        for entry in &entries {
            if let Entry::Object(key, object) = entry {
                xml.node("Contents", |xml| {
                    xml.text("Key", shown(key));
                    xml.time("LastModified", object.last_modified);
                    xml.text("ETag", format!("\"{}\"", object.etag()));
                    xml.text("Size", object.bytes.len());
                    xml.text("StorageClass", "STANDARD");
                });
            }
        }
        for entry in &entries {
            if let Entry::Prefix(prefix) = entry {
                xml.node("CommonPrefixes", |xml| xml.text("Prefix", shown(prefix)));
            }
        }
    }))
}

fn url_encoded(key: &str) -> String {
    let text: String = url::form_urlencoded::byte_serialize(key.as_bytes()).collect();
    text.replace('+', "%20").replace("%2F", "/")
}

fn to_token(key: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(key)
}

fn from_token(token: &str) -> Result<String, ApiError> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD
        .decode(token)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| {
            error(
                "InvalidArgument",
                "The continuation token provided is incorrect",
                400,
            )
        })
}
