//! A client for tests that shows what is on the wire: one request a connection, nothing interpreted, nothing retried.

use std::io;

use jiff::Timestamp;
use rebato_lab::{Lab, Options, Scenario};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A lab in manual time, at the moment when its scenario calls a responder.
pub(crate) fn lab(scenario: &str) -> Lab {
    let scenario = Scenario::load(scenario).unwrap();
    let lead = scenario.lead;
    let start: Timestamp = "2026-11-24T00:00:00Z".parse().unwrap();
    let lab = Lab::start(Options::manual(scenario, 7, start)).unwrap();
    lab.advance(lead);
    lab
}

/// The instance that the scenario is about.
pub(crate) fn target(lab: &Lab) -> String {
    lab.world(|world| world.target_instance.clone())
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    /// The text of the first element of this name.
    pub(crate) fn text(&self, element: &str) -> Option<String> {
        let (_, after) = self.body.split_once(&format!("<{element}>"))?;
        Some(after.split_once(&format!("</{element}>"))?.0.to_owned())
    }

    /// The error code of EC2 and of the AWS query protocol.
    pub(crate) fn code(&self) -> String {
        self.text("Code").unwrap_or_default()
    }
}

/// Sends one request as it is; none when the connection ends without an answer.
pub(crate) async fn send(lab: &Lab, request: &str) -> Option<Answer> {
    let address = lab.endpoint().replace("http://", "");
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes).await {
        Ok(0) => return None,
        Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return None,
        other => other.unwrap(),
    };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Some(Answer {
        status,
        head: head.to_lowercase(),
        body: body.to_owned(),
    })
}

/// The header that names who calls what where.
pub(crate) fn authorization(lab: &Lab, service: &str) -> String {
    let environment = lab.environment();
    let get = |name: &str| {
        environment
            .iter()
            .find(|(key, _)| *key == name)
            .unwrap()
            .1
            .clone()
    };
    let (key, region) = (get("AWS_ACCESS_KEY_ID"), get("AWS_REGION"));
    format!(
        "Authorization: AWS4-HMAC-SHA256 Credential={key}/20261124/{region}/{service}/aws4_request, SignedHeaders=host, Signature=0"
    )
}

/// A call of the query protocols.
pub(crate) async fn query(lab: &Lab, service: &str, form: &str) -> Option<Answer> {
    let authorization = authorization(lab, service);
    let length = form.len();
    let request = format!(
        "POST / HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n{authorization}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{form}"
    );
    send(lab, &request).await
}

/// A call of EC2 that must be answered.
pub(crate) async fn ec2(lab: &Lab, form: &str) -> Answer {
    query(lab, "ec2", form).await.unwrap()
}
