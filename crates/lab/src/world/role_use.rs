//! Use of an instance's role: by the instance itself, and by whoever stole its credentials.
//! Must not know when that happens (`players`).

use std::net::{IpAddr, Ipv4Addr};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    identity::{CREDENTIAL_LIFE, StolenCredentials},
    model::{ApiCall, Caller, Protocol, Subnet, World},
    policy::Direction,
    role_policy::SessionCall,
};
use crate::scenario::RoleCall;

/// How old credentials are when the metadata service, or a thief with a shell, gets new ones.
const REFRESH: SignedDuration = SignedDuration::from_hours(1);

/// The address of the NAT gateway, where instances without a public address call from.
const NAT_ADDRESS: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 155);

/// `service:Operation` of a call.
fn action(call: &RoleCall) -> String {
    let service = call.source.split('.').next().unwrap_or_default();
    format!("{service}:{}", call.name)
}

impl World {
    /// The role of an instance now, through its profile.
    #[must_use]
    pub fn role_of_instance(&self, instance_id: &str) -> Option<String> {
        self.instance_profiles
            .get(&self.profile_of(instance_id)?.profile)?
            .role
            .clone()
    }

    /// Whether an instance can call AWS: it runs, its groups let it out, and there is a way to the Internet.
    #[must_use]
    pub fn reaches_aws(&self, instance_id: &str) -> bool {
        let somewhere = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1));
        self.is_running(instance_id)
            && self.interfaces_of(instance_id).any(|i| {
                let way = self
                    .subnets
                    .get(&i.subnet_id)
                    .is_some_and(|subnet| subnet.behind_nat && self.lets_through(subnet))
                    || i.private_addresses
                        .iter()
                        .any(|a| self.public_address_of(i, a.ip).is_some());
                way && self.groups_allow(i, Direction::Egress, Protocol::Tcp, 443, somewhere)
            })
    }

    /// Whether what stands at the end of a private subnet's route forwards what comes: a gateway always, an instance
    /// while it runs and its groups let it out.
    fn lets_through(&self, subnet: &Subnet) -> bool {
        let Some(id) = &subnet.nat_interface else {
            return true;
        };
        let somewhere = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1));
        self.interfaces.get(id).is_some_and(|i| {
            i.attachment
                .as_ref()
                .is_some_and(|a| self.is_running(&a.instance_id))
                && self.groups_allow(i, Direction::Egress, Protocol::Tcp, 443, somewhere)
        })
    }

    /// SSM hears from the instances that reach it; the others are lost.
    pub(crate) fn hear_agents(&mut self) {
        let now = self.now;
        let heard: Vec<bool> = self
            .managed_instances
            .keys()
            .map(|id| self.reaches_aws(id))
            .collect();
        for (managed, heard) in self.managed_instances.values_mut().zip(heard) {
            if heard && !managed.guest.deaf {
                managed.last_ping = now;
                "Online".clone_into(&mut managed.ping_status);
            } else {
                "ConnectionLost".clone_into(&mut managed.ping_status);
            }
        }
    }

    /// A thief with a way into the instance takes fresh credentials while the instance still has a role and a
    /// metadata service.
    pub(crate) fn refresh_stolen_credentials(&mut self, instance_id: &str) {
        let inside = self.connections().any(|c| {
            c.hostile
                && c.pace.left.is_none()
                && self
                    .interfaces
                    .get(&c.interface_id)
                    .and_then(|i| i.attachment.as_ref())
                    .is_some_and(|a| a.instance_id == instance_id)
        });
        let serves = self.serves_metadata(instance_id);
        let old = self
            .engine
            .stolen
            .get(instance_id)
            .is_none_or(|held| self.now.duration_since(held.issued) > REFRESH);
        if !(inside && serves && old) {
            return;
        }
        self.take_credentials(instance_id);
    }

    /// A forged request makes the web server ask the metadata service and hand out what it says; IMDSv2 answers none.
    pub(crate) fn ask_for_credentials(&mut self, instance_id: &str) {
        if self.serves_metadata(instance_id) && self.allows_imds_v1(instance_id) {
            self.take_credentials(instance_id);
        }
    }

    fn take_credentials(&mut self, instance_id: &str) {
        let Some(role) = self.role_of_instance(instance_id) else {
            return;
        };
        let taken = StolenCredentials {
            instance_id: instance_id.to_owned(),
            role,
            access_key_id: self.engine.ids.letters("ASIA", 16),
            issued: self.now,
        };
        self.engine.stolen.insert(instance_id.to_owned(), taken);
    }

    /// A call with credentials stolen from an instance. Expired ones never reach CloudTrail; denied ones do, as
    /// `AccessDenied`.
    pub(crate) fn use_stolen_credentials(
        &mut self,
        instance_id: &str,
        call: &RoleCall,
        from: IpAddr,
    ) {
        let Some(held) = self.engine.stolen.get(instance_id).cloned() else {
            return;
        };
        if self.now.duration_since(held.issued) > CREDENTIAL_LIFE {
            return;
        }
        let version = if self.allows_imds_v1(&held.instance_id) {
            "1.0"
        } else {
            "2.0"
        };
        let caller =
            self.session_caller(&held.role, &held.instance_id, &held.access_key_id, version);
        let denied = self.call_is_denied(call, &caller, held.issued);
        self.role_call(
            call,
            caller,
            from.to_string(),
            denied,
            held.issued,
            "aws-cli/2.15.30 Python/3.11.8 Linux/6.6.9-amd64 exe/x86_64.kali.2024 prompt/off",
        );
        if self.settings.credential_exfiltration_finding && !denied {
            self.guard_credentials(&held, call, from);
        }
    }

    /// The instance's own use of its role. What it holds is renewed every hour while the instance has a role and a
    /// metadata service, and is good until it expires.
    pub(crate) fn use_own_role(&mut self, instance_id: &str, call: &RoleCall) {
        if !self.reaches_aws(instance_id) {
            return;
        }
        if self.serves_metadata(instance_id)
            && let Some(role) = self.role_of_instance(instance_id)
        {
            let into_the_hour = self.now.as_second().rem_euclid(REFRESH.as_secs());
            let issued = self.now - SignedDuration::from_secs(into_the_hour);
            self.engine
                .own
                .insert(instance_id.to_owned(), (role, issued));
        }
        let Some((role, issued)) = self.engine.own.get(instance_id).cloned() else {
            return;
        };
        if self.now.duration_since(issued) > CREDENTIAL_LIFE {
            return;
        }
        let own = self.interfaces_of(instance_id).find_map(|i| {
            i.private_addresses
                .iter()
                .find_map(|a| self.public_address_of(i, a.ip))
        });
        // Without an address of its own it goes out over the NAT gateway.
        let from = own.unwrap_or(NAT_ADDRESS);
        let key = format!("ASIA{:016X}", issued.as_second()).replace(['0', '1', '8', '9'], "Q");
        let caller = self.session_caller(&role, instance_id, &key, "2.0");
        let denied = self.call_is_denied(call, &caller, issued);
        self.role_call(
            call,
            caller,
            from.to_string(),
            denied,
            issued,
            "aws-sdk-go/1.55.5 (go1.22.5; linux; amd64) amazon-ssm-agent/3.3.1611.0",
        );
    }

    /// The others that have the same role use it too.
    pub(crate) fn use_shared_role(&mut self, instance_id: &str, call: &RoleCall) {
        let role = self.role_of_instance(instance_id);
        let others: Vec<String> = self
            .instances
            .keys()
            .filter(|id| *id != instance_id && role.is_some() && self.role_of_instance(id) == role)
            .cloned()
            .collect();
        for other in others {
            self.use_own_role(&other, call);
        }
    }

    fn call_is_denied(&self, call: &RoleCall, caller: &Caller, issued: Timestamp) -> bool {
        let Some((_, _, role)) = &caller.issuer else {
            return false;
        };
        self.session_is_denied(&SessionCall {
            role,
            action: &action(call),
            issued,
            user_id: &caller.principal_id,
            instance_id: Some(&caller.name),
        })
    }

    fn role_call(
        &mut self,
        call: &RoleCall,
        caller: Caller,
        source_ip: String,
        denied: bool,
        issued: Timestamp,
        agent: &str,
    ) {
        let action = action(call);
        let error = if denied {
            // EC2 has its own name for it.
            let code = if action.starts_with("ec2:") {
                "Client.UnauthorizedOperation"
            } else {
                "AccessDenied"
            };
            Some((
                code.to_owned(),
                "with an explicit deny in an identity-based policy".to_owned(),
            ))
        } else {
            call.error.clone().map(|code| {
                (
                    code,
                    format!("because no identity-based policy allows the {action} action"),
                )
            })
        };
        let error = error.map(|(code, why)| {
            let message = format!(
                "User: {} is not authorized to perform: {action} {why}",
                caller.arn
            );
            (code, message)
        });
        let record = ApiCall {
            event_source: call.source.clone(),
            event_name: call.name.clone(),
            caller,
            source_ip,
            user_agent: agent.to_owned(),
            request_parameters: call.parameters.clone().unwrap_or(Value::Null),
            response_elements: Value::Null,
            error,
            read_only: call.read_only,
            request_id: String::new(),
        };
        self.record_scripted_call(&record, issued);
    }

    fn serves_metadata(&self, instance_id: &str) -> bool {
        self.instances
            .get(instance_id)
            .is_some_and(|instance| instance.metadata_served)
    }

    pub(super) fn allows_imds_v1(&self, instance_id: &str) -> bool {
        self.instances
            .get(instance_id)
            .is_some_and(|i| i.metadata_options.http_tokens != "required")
    }

    fn session_caller(
        &self,
        role: &str,
        instance_id: &str,
        access_key_id: &str,
        delivery: &str,
    ) -> Caller {
        let (role_id, role_arn) = self
            .roles
            .get(role)
            .map(|r| (r.id.clone(), r.arn.clone()))
            .unwrap_or_default();
        Caller {
            kind: "AssumedRole".to_owned(),
            principal_id: format!("{role_id}:{instance_id}"),
            arn: format!(
                "arn:aws:sts::{}:assumed-role/{role}/{instance_id}",
                self.account_id
            ),
            access_key_id: access_key_id.to_owned(),
            name: instance_id.to_owned(),
            issuer: Some((role_id, role_arn, role.to_owned())),
            ec2_role_delivery: Some(delivery.to_owned()),
        }
    }

    /// Raises the finding that GuardDuty has for credentials used outside AWS, once, then counts.
    fn guard_credentials(&mut self, held: &StolenCredentials, call: &RoleCall, from: IpAddr) {
        let kind = "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS";
        let role_id = self
            .roles
            .get(&held.role)
            .map(|r| r.id.clone())
            .unwrap_or_default();
        let body = json!({
            "severity": 8,
            "title": format!("Credentials for the EC2 instance role {} were used from an external IP address.", held.role),
            "description": format!("Credentials created exclusively for an EC2 instance using instance role {} have been used from an external IP address {from}.", held.role),
            "resource": {
                "resourceType": "AccessKey",
                "accessKeyDetails": {
                    "accessKeyId": held.access_key_id,
                    "principalId": format!("{role_id}:{}", held.instance_id),
                    "userType": "AssumedRole", "userName": held.role,
                },
                "instanceDetails": { "instanceId": held.instance_id },
            },
            "action": {
                "actionType": "AWS_API_CALL",
                "awsApiCallAction": {
                    "api": call.name, "serviceName": call.source, "callerType": "Remote IP",
                    "remoteIpDetails": { "ipAddressV4": from.to_string() },
                },
            },
            "resourceRole": "TARGET",
            "additionalInfo": { "value": "{}", "type": "default" },
        });
        self.raise(kind, &held.instance_id, &body, self.now, self.now, 1);
    }
}
