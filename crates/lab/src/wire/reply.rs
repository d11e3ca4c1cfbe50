//! What an operation answers, before and after it is put into its protocol's clothes.

use std::collections::BTreeMap;

use hyper::body::Bytes;
use serde_json::Value;

use super::cbor;
use super::service::{Protocol, Service};
use super::xml::Xml;

/// The answer of an operation.
#[derive(Debug)]
pub(crate) enum Reply {
    /// The inside of the response element of EC2, or of the result element of the AWS query protocol.
    Xml(Xml),
    /// A JSON document.
    Json(Value),
    /// Anything else, as S3 answers.
    Raw(Wire),
}

/// An HTTP answer without its request id.
#[derive(Debug, Clone)]
pub(crate) struct Wire {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// User metadata of an object, sent as `x-amz-meta-` headers.
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) body: Bytes,
}

impl Wire {
    /// An XML document.
    pub(crate) fn xml(status: u16, xml: Xml) -> Self {
        let document = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}",
            xml.into_string()
        );
        Self {
            status,
            headers: vec![("content-type", "text/xml;charset=UTF-8".to_owned())],
            metadata: BTreeMap::new(),
            body: Bytes::from(document),
        }
    }

    /// The same JSON document in CBOR.
    pub(crate) fn into_cbor(self) -> Self {
        let value = serde_json::from_slice(&self.body).unwrap_or(Value::Null);
        Self {
            status: self.status,
            headers: vec![
                ("content-type", "application/cbor".to_owned()),
                ("smithy-protocol", "rpc-v2-cbor".to_owned()),
            ],
            metadata: BTreeMap::new(),
            body: Bytes::from(cbor::written(&value)),
        }
    }

    /// A JSON document.
    pub(crate) fn json(status: u16, content_type: &str, value: &Value) -> Self {
        Self {
            status,
            headers: vec![("content-type", content_type.to_owned())],
            metadata: BTreeMap::new(),
            body: Bytes::from(value.to_string()),
        }
    }
}

impl Reply {
    /// An empty success.
    pub(crate) fn empty() -> Self {
        Self::Xml(Xml::new())
    }

    /// EC2's plain success: `<return>true</return>`.
    pub(crate) fn yes() -> Self {
        let mut xml = Xml::new();
        xml.text("return", true);
        Self::Xml(xml)
    }

    /// The answer as the service's protocol sends it.
    pub(crate) fn dress(self, service: Service, operation: &str, request_id: &str) -> Wire {
        let inside = match self {
            Self::Raw(wire) => return wire,
            Self::Json(value) => return Wire::json(200, service.json_type(), &value),
            Self::Xml(inside) => inside.into_string(),
        };
        let mut xml = Xml::new();
        let namespace = service.namespace();
        xml.raw(&format!("<{operation}Response xmlns=\"{namespace}\">"));
        if service.protocol() == Protocol::Ec2 {
            xml.text("requestId", request_id);
            xml.raw(&inside);
        } else {
            xml.node(&format!("{operation}Result"), |xml| xml.raw(&inside));
            xml.node("ResponseMetadata", |xml| xml.text("RequestId", request_id));
        }
        xml.raw(&format!("</{operation}Response>"));
        Wire::xml(200, xml)
    }
}
