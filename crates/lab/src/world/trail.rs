//! CloudTrail: an event for every call, shown with delay, delivered to the trail's bucket.
//! Must not know the wire.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    engine::Task,
    model::{ApiCall, TrailEvent, World},
};

/// How often the trail delivers a file.
const DELIVERY: SignedDuration = SignedDuration::from_mins(5);

impl World {
    /// Records a call of a client as CloudTrail would: reads and refusals too, but not dry runs' parameters' secrets.
    pub fn record_call(&mut self, call: &ApiCall) {
        let event_id = self.ids.uuid();
        let request_id = if call.request_id.is_empty() {
            self.ids.uuid()
        } else {
            call.request_id.clone()
        };
        self.append_event(call, &event_id, &request_id, self.now);
    }

    /// The same for calls that the scenario makes: their ids must not depend on what a client did.
    pub(crate) fn record_scripted_call(&mut self, call: &ApiCall, session_created: Timestamp) {
        let event_id = self.engine.ids.uuid();
        let request_id = self.engine.ids.uuid();
        self.append_event(call, &event_id, &request_id, session_created);
    }

    fn append_event(
        &mut self,
        call: &ApiCall,
        event_id: &str,
        request_id: &str,
        session_created: Timestamp,
    ) {
        let at = Timestamp::from_second(self.now.as_second()).unwrap_or(self.now);
        let mut identity = json!({
            "type": call.caller.kind,
            "principalId": call.caller.principal_id,
            "arn": call.caller.arn,
            "accountId": self.account_id,
            "accessKeyId": call.caller.access_key_id,
        });
        if let Some((role_id, role_arn, role_name)) = &call.caller.issuer {
            let mut context = json!({
                "sessionIssuer": {
                    "type": "Role", "principalId": role_id, "arn": role_arn,
                    "accountId": self.account_id, "userName": role_name,
                },
                "attributes": { "creationDate": seconds(session_created), "mfaAuthenticated": "false" },
            });
            if let Some(delivery) = &call.caller.ec2_role_delivery {
                put(&mut context, "ec2RoleDelivery", json!(delivery));
            }
            put(&mut identity, "sessionContext", context);
        } else {
            put(&mut identity, "userName", json!(call.caller.name));
        }
        let mut record = json!({
            "eventVersion": "1.11",
            "userIdentity": identity,
            "eventTime": seconds(at),
            "eventSource": call.event_source,
            "eventName": call.event_name,
            "awsRegion": self.region,
            "sourceIPAddress": call.source_ip,
            "userAgent": call.user_agent,
            "requestParameters": call.request_parameters,
            "responseElements": call.response_elements,
            "requestID": request_id,
            "eventID": event_id,
            "readOnly": call.read_only,
            "eventType": "AwsApiCall",
            "managementEvent": true,
            "recipientAccountId": self.account_id,
            "eventCategory": "Management",
        });
        if let Some((code, message)) = &call.error {
            put(&mut record, "errorCode", json!(code));
            put(&mut record, "errorMessage", json!(message));
        }
        let event = TrailEvent {
            id: event_id.to_owned(),
            at,
            visible_at: at + self.settings.trail_delay,
            name: call.event_name.clone(),
            source: call.event_source.clone(),
            username: call.caller.name.clone(),
            access_key_id: call.caller.access_key_id.clone(),
            read_only: call.read_only,
            resources: resources_in(&call.request_parameters, &call.response_elements),
            record,
        };
        self.events.push(event);
    }

    /// The events that `LookupEvents` shows now, newest first.
    pub fn visible_events(&self) -> impl Iterator<Item = &TrailEvent> {
        self.events
            .iter()
            .rev()
            .filter(|event| event.visible_at <= self.now)
    }

    /// Delivers what has become visible to the trail's bucket and puts the next delivery on the agenda.
    pub(crate) fn deliver_trail(&mut self) {
        self.engine.at(self.now + DELIVERY, Task::DeliverTrail);
        let due: Vec<Value> = self
            .events
            .iter()
            .skip(self.engine.trail_delivered)
            .take_while(|event| event.visible_at <= self.now)
            .map(|event| event.record.clone())
            .collect();
        if due.is_empty() || !self.trail.is_logging {
            return;
        }
        self.engine.trail_delivered += due.len();
        let unique = self.engine.ids.letters("", 16);
        let (account, region) = (&self.account_id, &self.region);
        let key = format!(
            "AWSLogs/{account}/CloudTrail/{region}/{}/{account}_CloudTrail_{region}_{}_{unique}.json.gz",
            self.now.strftime("%Y/%m/%d"),
            self.now.strftime("%Y%m%dT%H%MZ"),
        );
        let bytes = self.packed(json!({ "Records": due }).to_string().into_bytes());
        let bucket = self.trail.bucket.clone();
        self.put_object(&bucket, &key, bytes, "application/json");
        self.trail.latest_delivery = Some(self.now);
    }

    /// A delivered file as AWS packs it, unless the settings spare that.
    pub(crate) fn packed(&self, bytes: Vec<u8>) -> Vec<u8> {
        if self.settings.compress_files {
            gzip(&bytes)
        } else {
            bytes
        }
    }
}

/// Sets a member of a JSON object.
pub(crate) fn put(object: &mut Value, key: &str, value: Value) {
    if let Some(members) = object.as_object_mut() {
        members.insert(key.to_owned(), value);
    }
}

/// Time in whole seconds, as CloudTrail writes it.
fn seconds(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The same bytes always give the same file: no time, no name in the header.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing into memory cannot fail.
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .unwrap_or_default()
}

/// Resources that a call names, by the look of their ids.
fn resources_in(request: &Value, response: &Value) -> Vec<(String, String)> {
    const KINDS: [(&str, &str); 7] = [
        ("i", "AWS::EC2::Instance"),
        ("eni", "AWS::EC2::NetworkInterface"),
        ("sg", "AWS::EC2::SecurityGroup"),
        ("vol", "AWS::EC2::Volume"),
        ("snap", "AWS::EC2::Snapshot"),
        ("eipalloc", "AWS::EC2::EIP"),
        ("vpc", "AWS::EC2::VPC"),
    ];
    fn walk(value: &Value, found: &mut Vec<(String, String)>) {
        match value {
            Value::String(text) => {
                if let Some((_, kind)) = KINDS
                    .iter()
                    .find(|(prefix, _)| super::ops_tags::looks_like_id(prefix, text))
                {
                    let entry = ((*kind).to_owned(), text.clone());
                    if !found.contains(&entry) {
                        found.push(entry);
                    }
                }
            }
            Value::Array(list) => list.iter().for_each(|v| walk(v, found)),
            Value::Object(map) => {
                for (key, v) in map {
                    match (key.as_str(), v.as_str()) {
                        ("roleName", Some(name)) => {
                            found.push(("AWS::IAM::Role".to_owned(), name.to_owned()));
                        }
                        ("userName", Some(name)) => {
                            found.push(("AWS::IAM::User".to_owned(), name.to_owned()));
                        }
                        ("bucketName", Some(name)) => {
                            found.push(("AWS::S3::Bucket".to_owned(), name.to_owned()));
                        }
                        _ => walk(v, found),
                    }
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(request, &mut found);
    walk(response, &mut found);
    found
}
