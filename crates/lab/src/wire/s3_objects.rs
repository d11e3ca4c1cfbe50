//! S3, path style: putting, reading and deleting objects, with versions, checksums and Object Lock.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hyper::body::Bytes;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::world::{ApiError, NewObject, Object, Retention};

use super::context::Context;
use super::failure::error;
use super::operations::Operation;
use super::reply::{Reply, Wire};
use super::request::Request;
use super::s3::{bucket, document};
use super::service::Service;
use super::xml::iso;

const S3: Service = Service::S3;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::read(S3, "GetObject", get_object),
    Operation::read(S3, "HeadObject", get_object),
    Operation::write(S3, "PutObject", put_object),
    Operation::write(S3, "DeleteObject", delete_object),
    Operation::read(S3, "GetObjectRetention", retention),
    Operation::read(S3, "GetObjectLockConfiguration", lock_configuration),
    Operation::read(S3, "GetBucketVersioning", versioning),
];

fn invalid(message: &str) -> ApiError {
    error("InvalidArgument", message, 400)
}

/// The body without the framing of `aws-chunked`, and the headers that trail it.
fn content(request: &Request) -> Result<(Vec<u8>, BTreeMap<String, String>), ApiError> {
    let framed = request
        .header("x-amz-content-sha256")
        .is_some_and(|kind| kind.starts_with("STREAMING-"));
    if !framed {
        return Ok((request.body.to_vec(), BTreeMap::new()));
    }
    unframed(&request.body).ok_or_else(|| {
        error(
            "IncompleteBody",
            "The request body terminated unexpectedly",
            400,
        )
    })
}

/// `SIZE;signature\r\n…\r\n` over and over, a last one of no size, then `name: value` lines.
fn unframed(mut rest: &[u8]) -> Option<(Vec<u8>, BTreeMap<String, String>)> {
    let mut bytes = Vec::new();
    loop {
        let (line, after) = line(rest)?;
        let size = usize::from_str_radix(line.split(';').next()?.trim(), 16).ok()?;
        rest = after;
        if size == 0 {
            break;
        }
        bytes.extend_from_slice(rest.get(..size)?);
        rest = rest.get(size..)?.strip_prefix(b"\r\n")?;
    }
    let mut trailers = BTreeMap::new();
    while let Some((line, after)) = line(rest) {
        if let Some((name, value)) = line.split_once(':') {
            trailers.insert(name.trim().to_ascii_lowercase(), value.trim().to_owned());
        }
        rest = after;
    }
    Some((bytes, trailers))
}

fn line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.windows(2).position(|pair| pair == b"\r\n")?;
    let text = std::str::from_utf8(bytes.get(..end)?).ok()?;
    Some((text, bytes.get(end + 2..)?))
}

fn asked_retention(request: &Request) -> Result<Option<Retention>, ApiError> {
    let (mode, until) = (
        request.header("x-amz-object-lock-mode"),
        request.header("x-amz-object-lock-retain-until-date"),
    );
    match (mode, until) {
        (None, None) => Ok(None),
        (Some(mode @ ("GOVERNANCE" | "COMPLIANCE")), Some(until)) => Ok(Some(Retention {
            mode: mode.to_owned(),
            until: until.parse::<Timestamp>().map_err(|_| {
                invalid("The retain until date must be provided in ISO 8601 format")
            })?,
        })),
        (Some(_), Some(_)) => Err(invalid("Unknown wormMode directive.")),
        _ => Err(invalid(
            "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
        )),
    }
}

fn put_object(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    bucket(context)?;
    let request = context.request;
    let (bytes, trailers) = content(request)?;
    let sent = |name: &str| {
        let trailing = trailers.get(name).map(String::as_str);
        request.header(name).or(trailing)
    };
    let digest = |name: &str, own: String| match sent(name) {
        Some(theirs) if theirs != own => Err(error(
            "BadDigest",
            &format!(
                "The {} you specified did not match the calculated checksum.",
                name.trim_start_matches("x-amz-checksum-").to_uppercase()
            ),
            400,
        )),
        theirs => Ok(theirs.map(|_| own)),
    };
    let sha256 = digest(
        "x-amz-checksum-sha256",
        BASE64.encode(Sha256::digest(&bytes)),
    )?;
    let mut crc = flate2::Crc::new();
    crc.update(&bytes);
    let crc32 = digest(
        "x-amz-checksum-crc32",
        BASE64.encode(crc.sum().to_be_bytes()),
    )?;
    let retention = asked_retention(request)?;
    let legal_hold = request.header("x-amz-object-lock-legal-hold") == Some("ON");
    let checked = request.header("content-md5").is_some()
        || request
            .headers
            .keys()
            .chain(trailers.keys())
            .any(|name| name.starts_with("x-amz-checksum-"));
    if (retention.is_some() || legal_hold) && !checked {
        return Err(error(
            "InvalidRequest",
            "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters",
            400,
        ));
    }
    let new = NewObject {
        content_type: request
            .header("content-type")
            .unwrap_or("binary/octet-stream")
            .to_owned(),
        metadata: request
            .headers
            .iter()
            .filter_map(|(name, value)| {
                let name = name.strip_prefix("x-amz-meta-")?;
                Some((name.to_owned(), value.clone()))
            })
            .collect(),
        checksum_sha256: sha256.clone(),
        retention,
        legal_hold,
        only_new: request.header("if-none-match") == Some("*"),
        only_over: request
            .header("if-match")
            .map(|tag| tag.trim_matches('"').to_owned()),
        bytes,
    };
    let (name, key) = (request.segment(0).to_owned(), request.key());
    let version = context.world.store_object(&name, &key, new)?;
    let object = context.world.object(&name, &key, None)?;
    let mut headers = vec![("etag", format!("\"{}\"", object.etag()))];
    headers.extend(version.map(|id| ("x-amz-version-id", id)));
    headers.extend(sha256.map(|sum| ("x-amz-checksum-sha256", sum)));
    headers.extend(crc32.map(|sum| ("x-amz-checksum-crc32", sum)));
    headers.push(("x-amz-checksum-type", "FULL_OBJECT".to_owned()));
    Ok(Reply::Raw(Wire {
        status: 200,
        headers,
        metadata: BTreeMap::new(),
        body: Bytes::new(),
    }))
}

/// The object, or the version of it, that a request names.
fn named<'a>(context: &'a Context<'_>) -> Result<&'a Object, ApiError> {
    bucket(context)?;
    let request = context.request;
    let version = request.query.get("versionId").map(String::as_str);
    context
        .world
        .object(request.segment(0), &request.key(), version)
}

/// `GetObject`, and `HeadObject`, whose body the server leaves out.
fn get_object(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let request = context.request;
    let object = named(context)?;
    let total = object.bytes.len();
    let mut headers = vec![
        ("content-type", object.content_type.clone()),
        ("etag", format!("\"{}\"", object.etag())),
        (
            "last-modified",
            object
                .last_modified
                .strftime("%a, %d %b %Y %H:%M:%S GMT")
                .to_string(),
        ),
        ("accept-ranges", "bytes".to_owned()),
    ];
    headers.extend(object.version_id.clone().map(|id| ("x-amz-version-id", id)));
    if let Some(kept) = &object.retention {
        headers.push(("x-amz-object-lock-mode", kept.mode.clone()));
        headers.push(("x-amz-object-lock-retain-until-date", iso(kept.until)));
    }
    if object.legal_hold {
        headers.push(("x-amz-object-lock-legal-hold", "ON".to_owned()));
    }
    let range = request
        .header("range")
        .and_then(|range| wanted(range, total));
    if range.is_none()
        && request.header("x-amz-checksum-mode") == Some("ENABLED")
        && let Some(sum) = &object.checksum_sha256
    {
        headers.push(("x-amz-checksum-sha256", sum.clone()));
        headers.push(("x-amz-checksum-type", "FULL_OBJECT".to_owned()));
    }
    let (status, bytes) = match range {
        None => (200, object.bytes.as_slice()),
        Some(None) => {
            return Err(error(
                "InvalidRange",
                "The requested range is not satisfiable",
                416,
            ));
        }
        Some(Some((first, last))) => {
            headers.push(("content-range", format!("bytes {first}-{last}/{total}")));
            (206, object.bytes.get(first..=last).unwrap_or_default())
        }
    };
    Ok(Reply::Raw(Wire {
        status,
        headers,
        metadata: object.metadata.clone(),
        body: Bytes::copy_from_slice(bytes),
    }))
}

/// `bytes=a-b`, `bytes=a-` and `bytes=-n` as first and last byte; the inner none when there are no such bytes, the
/// outer when the header is not understood and so has no effect.
fn wanted(range: &str, total: usize) -> Option<Option<(usize, usize)>> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let end = total.saturating_sub(1);
    let (first, last) = match (first, last) {
        ("", n) => (total.saturating_sub(n.parse().ok()?), end),
        (first, "") => (first.parse().ok()?, end),
        (first, last) => (first.parse().ok()?, last.parse::<usize>().ok()?.min(end)),
    };
    Some((first < total && first <= last).then_some((first, last)))
}

fn delete_object(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    bucket(context)?;
    let request = context.request;
    let bypass = request.header("x-amz-bypass-governance-retention") == Some("true");
    let version = request.query.get("versionId").map(String::as_str);
    let done = context
        .world
        .delete_object(request.segment(0), &request.key(), version, bypass)?;
    let mut headers = Vec::new();
    headers.extend(done.version_id.map(|id| ("x-amz-version-id", id)));
    if done.marker {
        headers.push(("x-amz-delete-marker", "true".to_owned()));
    }
    Ok(Reply::Raw(Wire {
        status: 204,
        headers,
        metadata: BTreeMap::new(),
        body: Bytes::new(),
    }))
}

fn retention(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let kept = named(context)?.retention.as_ref().ok_or_else(|| {
        error(
            "NoSuchObjectLockConfiguration",
            "The specified object does not have a ObjectLock configuration",
            404,
        )
    })?;
    Ok(document("Retention", |xml| {
        xml.text("Mode", &kept.mode);
        xml.time("RetainUntilDate", kept.until);
    }))
}

fn lock_configuration(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let lock = bucket(context)?.lock.as_ref().ok_or_else(|| {
        error(
            "ObjectLockConfigurationNotFoundError",
            "Object Lock configuration does not exist for this bucket",
            404,
        )
    })?;
    Ok(document("ObjectLockConfiguration", |xml| {
        xml.text("ObjectLockEnabled", "Enabled");
        if let Some((mode, days)) = &lock.default_retention {
            xml.node("Rule", |xml| {
                xml.node("DefaultRetention", |xml| {
                    xml.text("Mode", mode);
                    xml.text("Days", days);
                });
            });
        }
    }))
}

/// Object Lock needs versions, and no other bucket here has them.
fn versioning(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let versioned = bucket(context)?.lock.is_some();
    Ok(document("VersioningConfiguration", |xml| {
        xml.maybe("Status", versioned.then_some("Enabled"));
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        assert_eq!(wanted("bytes=0-3", 10), Some(Some((0, 3))));
        assert_eq!(wanted("bytes=4-", 10), Some(Some((4, 9))));
        assert_eq!(wanted("bytes=-2", 10), Some(Some((8, 9))));
        assert_eq!(wanted("bytes=4-99", 10), Some(Some((4, 9))));
        assert_eq!(wanted("bytes=10-", 10), Some(None));
        assert_eq!(wanted("lines=1-2", 10), None);
    }

    #[test]
    fn the_framing_of_streams_is_taken_off() {
        let body = b"5;chunk-signature=00\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-sha256:abc=\r\n\r\n";
        let (bytes, trailers) = unframed(body).unwrap();
        assert_eq!(bytes, b"hello world");
        assert_eq!(trailers.get("x-amz-checksum-sha256").unwrap(), "abc=");
        assert_eq!(unframed(b"5\r\nhell"), None);
        assert_eq!(unframed(b"ffffffffffffffff\r\nx"), None);
    }
}
