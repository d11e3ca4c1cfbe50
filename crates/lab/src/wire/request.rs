//! An HTTP request taken apart: path, query, headers, body, and from these the service and the operation.
//! It knows how operations are named in each protocol, not what they do.

use std::collections::BTreeMap;

use hyper::HeaderMap;
use hyper::body::Bytes;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::cbor;
use super::credentials::Scope;
use super::params::Params;
use super::service::{Protocol, Service};

/// A request, read whole.
#[derive(Debug, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The parts of the path between the slashes, decoded. For S3 the key is `segments[1..]` joined by slashes.
    pub(crate) segments: Vec<String>,
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) headers: BTreeMap<String, String>,
    /// The body as it came.
    pub(crate) body: Bytes,
    /// The parameters of the query protocols, from address and form.
    pub(crate) params: Params,
    /// The body of the JSON and CBOR protocols; null when there is none.
    pub(crate) json: Value,
}

/// Where a request leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) service: Service,
    pub(crate) operation: String,
}

impl Request {
    pub(crate) fn new(
        method: &str,
        path: &str,
        query: &str,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Self {
        let headers: BTreeMap<String, String> = headers
            .iter()
            .map(|(name, value)| {
                (
                    name.as_str().to_owned(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            })
            .collect();
        let query: BTreeMap<String, String> = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let kind = headers.get("content-type").map_or("", String::as_str);
        let form: Vec<(String, String)> = if kind.starts_with("application/x-www-form-urlencoded") {
            form_urlencoded::parse(body).into_owned().collect()
        } else {
            Vec::new()
        };
        let params = Params::from_pairs(
            query
                .iter()
                .map(|(k, v)| (k.as_str(), v.as_str()))
                .chain(form.iter().map(|(k, v)| (k.as_str(), v.as_str()))),
        );
        let json = if kind.contains("json") {
            serde_json::from_slice(body).unwrap_or(Value::Null)
        } else if kind.contains("cbor") {
            cbor::read(body).unwrap_or(Value::Null)
        } else {
            Value::Null
        };
        Self {
            method: method.to_owned(),
            segments: path
                .trim_start_matches('/')
                .split('/')
                .map(percent_decoded)
                .collect(),
            query,
            headers,
            body: body.clone(),
            params,
            json,
        }
    }

    /// Whether a service of the JSON protocol is spoken to in the younger one with CBOR bodies.
    pub(crate) fn is_cbor(&self) -> bool {
        self.header("smithy-protocol") == Some("rpc-v2-cbor")
    }

    /// A header by its lower-case name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// Who signed, for what.
    pub(crate) fn scope(&self) -> Option<Scope> {
        Scope::read(
            self.header("authorization"),
            self.query.get("X-Amz-Credential").map(String::as_str),
        )
    }

    /// A segment of the path, empty if there is none.
    pub(crate) fn segment(&self, index: usize) -> &str {
        self.segments.get(index).map_or("", String::as_str)
    }

    /// The operation that is asked of a service; none if the protocol has no such request.
    pub(crate) fn operation(&self, service: Service) -> Option<String> {
        match service.protocol() {
            Protocol::Ec2 | Protocol::Query => self.params.text("Action").map(ToOwned::to_owned),
            // /service/NAME/operation/OPERATION
            Protocol::Json if self.is_cbor() => self.segments.get(3).cloned(),
            Protocol::Json => self
                .header("x-amz-target")
                .and_then(|target| target.rsplit('.').next())
                .map(ToOwned::to_owned),
            Protocol::RestJson => self.rest_operation().map(ToOwned::to_owned),
            Protocol::S3 => self.s3_operation().map(ToOwned::to_owned),
        }
    }

    fn rest_operation(&self) -> Option<&'static str> {
        let segments: Vec<&str> = self
            .segments
            .iter()
            .map(String::as_str)
            .filter(|s| !s.is_empty())
            .collect();
        Some(match (self.method.as_str(), segments.as_slice()) {
            ("GET", ["detector"]) => "ListDetectors",
            ("GET", ["detector", _]) => "GetDetector",
            ("POST", ["detector", _, "findings"]) => "ListFindings",
            ("POST", ["detector", _, "findings", "get"]) => "GetFindings",
            ("POST", ["detector", _, "findings", "archive"]) => "ArchiveFindings",
            ("POST", ["detector", _, "findings", "unarchive"]) => "UnarchiveFindings",
            ("POST", ["detector", _, "findings", "feedback"]) => "UpdateFindingsFeedback",
            ("POST", ["detector", _, "malware-scans"]) => "DescribeMalwareScans",
            ("POST", ["malware-scan"]) => "ListMalwareScans",
            ("POST", ["malware-scan", "start"]) => "StartMalwareScan",
            ("GET", ["malware-scan", _]) => "GetMalwareScan",
            ("GET", ["detector", _, "threatintelset"]) => "ListThreatIntelSets",
            ("GET", ["detector", _, "threatintelset", _]) => "GetThreatIntelSet",
            ("GET", ["detector", _, "ipset"]) => "ListIPSets",
            ("GET", ["detector", _, "ipset", _]) => "GetIPSet",
            ("POST", ["detector", _, "threatintelset", _]) => "UpdateThreatIntelSet",
            ("POST", ["detector", _, "ipset", _]) => "UpdateIPSet",
            ("GET", ["detector", _, "threatentityset"]) => "ListThreatEntitySets",
            ("GET", ["detector", _, "threatentityset", _]) => "GetThreatEntitySet",
            ("POST", ["detector", _, "threatentityset", _]) => "UpdateThreatEntitySet",
            ("GET", ["detector", _, "trustedentityset"]) => "ListTrustedEntitySets",
            ("GET", ["detector", _, "trustedentityset", _]) => "GetTrustedEntitySet",
            ("POST", ["detector", _, "trustedentityset", _]) => "UpdateTrustedEntitySet",
            ("GET", ["detector", _, "filter"]) => "ListFilters",
            ("POST", ["detector", _, "filter"]) => "CreateFilter",
            ("GET", ["detector", _, "filter", _]) => "GetFilter",
            ("DELETE", ["detector", _, "filter", _]) => "DeleteFilter",
            ("POST", ["v1", "create-case"]) => "CreateCase",
            ("POST", ["v1", "list-cases"]) => "ListCases",
            ("GET", ["v1", "cases", _, "get-case"]) => "GetCase",
            _ => return None,
        })
    }

    fn s3_operation(&self) -> Option<&'static str> {
        let bucket = !self.segment(0).is_empty();
        let key = !self.key().is_empty();
        let asks = |name: &str| self.query.contains_key(name);
        Some(match (self.method.as_str(), bucket, key) {
            ("GET", true, false) if asks("object-lock") => "GetObjectLockConfiguration",
            ("GET", true, false) if asks("publicAccessBlock") => "GetPublicAccessBlock",
            ("GET", true, false) if asks("versioning") => "GetBucketVersioning",
            ("GET", true, true) if asks("retention") => "GetObjectRetention",
            // Other questions about an object, and other changes of it, are not offered.
            (_, true, true)
                if [
                    "acl",
                    "legal-hold",
                    "retention",
                    "tagging",
                    "uploads",
                    "uploadId",
                ]
                .iter()
                .any(|name| asks(name)) =>
            {
                return None;
            }
            ("PUT", true, true) => "PutObject",
            ("DELETE", true, true) => "DeleteObject",
            ("GET", false, _) => "ListBuckets",
            ("HEAD", true, false) => "HeadBucket",
            ("GET", true, false) if asks("location") => "GetBucketLocation",
            ("GET", true, false) if self.query.get("list-type").is_some_and(|v| v == "2") => {
                "ListObjectsV2"
            }
            ("GET", true, true) => "GetObject",
            ("HEAD", true, true) => "HeadObject",
            _ => return None,
        })
    }

    /// Whether the request is only to be tried. EC2 alone knows that.
    pub(crate) fn is_dry_run(&self, service: Service) -> bool {
        service == Service::Ec2 && matches!(self.params.flag("DryRun"), Ok(Some(true)))
    }

    /// The object key of an S3 request.
    pub(crate) fn key(&self) -> String {
        self.segments.get(1..).unwrap_or_default().join("/")
    }

    /// The parameters as the call log shows them.
    pub(crate) fn shown(&self, service: Service) -> Value {
        match service.protocol() {
            Protocol::Ec2 | Protocol::Query => self.params.to_json(),
            Protocol::Json => self.json.clone(),
            Protocol::RestJson => json!({"path": self.segments, "body": self.json}),
            Protocol::S3 => {
                json!({"bucket": self.segment(0), "key": self.key(), "query": self.query})
            }
        }
    }
}

/// Undoes `%41`; a stray percent sign stays.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let pair = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match pair.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, path: &str, query: &str) -> Request {
        Request::new(method, path, query, &HeaderMap::new(), &Bytes::new())
    }

    #[test]
    fn s3_paths() {
        let get = request("GET", "/logs/AWSLogs/a%20b%2Fc.gz", "");
        assert_eq!(get.operation(Service::S3).as_deref(), Some("GetObject"));
        assert_eq!(get.key(), "AWSLogs/a b/c.gz");
        let ask = |path, query| request("GET", path, query).operation(Service::S3);
        assert_eq!(ask("/", "").as_deref(), Some("ListBuckets"));
        assert_eq!(
            ask("/logs", "list-type=2&prefix=x").as_deref(),
            Some("ListObjectsV2")
        );
        assert_eq!(
            ask("/logs", "location").as_deref(),
            Some("GetBucketLocation")
        );
        let delete = |query| request("DELETE", "/logs/x", query).operation(Service::S3);
        assert_eq!(delete("versionId=1").as_deref(), Some("DeleteObject"));
        assert_eq!(delete("tagging"), None);
    }

    #[test]
    fn guardduty_paths() {
        let ask = |method, path| request(method, path, "").operation(Service::GuardDuty);
        assert_eq!(ask("GET", "/detector").as_deref(), Some("ListDetectors"));
        assert_eq!(
            ask("POST", "/detector/d/findings/get").as_deref(),
            Some("GetFindings")
        );
        assert_eq!(ask("DELETE", "/detector/d"), None);
    }

    #[test]
    fn a_percent_sign_may_stand_alone() {
        assert_eq!(percent_decoded("100%"), "100%");
        assert_eq!(percent_decoded("%zz%41"), "%zzA");
    }
}
