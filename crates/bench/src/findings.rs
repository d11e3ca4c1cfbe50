//! Made-up findings as GuardDuty exports them, about 3 KB each, the same for the same number. Must not know how they are read.

use serde_json::{Value, json};

use crate::dice::Dice;

/// One finding on one line, without the end of the line.
pub(crate) fn line(number: usize) -> Vec<u8> {
    let mut dice = Dice(number as u64);
    finding(number, &mut dice).to_string().into_bytes()
}

fn ip(dice: &mut Dice) -> String {
    let bits = dice.next().to_be_bytes();
    let [_, _, _, _, b, c, d, _] = bits;
    format!("10.{b}.{c}.{d}")
}

fn finding(number: usize, dice: &mut Dice) -> Value {
    let (account, region) = (
        format!("{:012}", dice.of(1_000_000_000_000)),
        ["eu-west-1", "us-east-1", "ap-southeast-2"]
            .into_iter()
            .cycle()
            .nth(number % 3)
            .unwrap_or_default(),
    );
    let id = format!("{:016x}{:016x}", dice.next(), dice.next());
    let detector = format!("{:016x}{:016x}", dice.next(), dice.next());
    let instance = format!("i-{:017x}", dice.next() >> 4);
    let (kind, action) = action(number, dice);
    json!({
        "schemaVersion": "2.0", "accountId": account, "region": region, "partition": "aws", "id": id,
        "arn": format!("arn:aws:guardduty:{region}:{account}:detector/{detector}/finding/{id}"),
        "type": kind, "severity": 5, "createdAt": "2026-11-23T22:41:17.000Z", "updatedAt": "2026-11-24T03:10:00.123Z",
        "title": format!("The EC2 instance {instance} is communicating with a disallowed IP address."),
        "description": format!("The EC2 instance {instance} is communicating with an IP address that was on a list \
            that you uploaded. See the documentation for \"custom threat lists\"."),
        "resource": { "resourceType": "Instance", "instanceDetails": resource(&instance, &account, dice) },
        "service": {
            "serviceName": "guardduty", "detectorId": detector, "action": action, "resourceRole": "TARGET",
            "additionalInfo": { "value": "{\"threatName\":\"Customer Threat Intel\",\"threatListName\":\"soc-list\"}", "type": "default" },
            "evidence": { "threatIntelligenceDetails": [{ "threatListName": "soc-list", "threatNames": ["Customer Threat Intel"],
                "threatFileSha256": "" }] },
            "eventFirstSeen": "2026-11-23T22:24:31.000Z", "eventLastSeen": "2026-11-24T03:04:11.000Z",
            "archived": false, "count": 1 + dice.of(500),
        },
    })
}

fn resource(instance: &str, account: &str, dice: &mut Dice) -> Value {
    let (vpc, subnet, group) = (dice.next(), dice.next(), dice.next());
    let private = ip(dice);
    json!({
        "instanceId": instance, "instanceType": "m7g.large", "outpostArn": null, "launchTime": "2026-10-02T07:44:02.000Z",
        "platform": null, "productCodes": [],
        "iamInstanceProfile": { "arn": format!("arn:aws:iam::{account}:instance-profile/web-server"), "id": "AIPAEXAMPLEEXAMPLE123" },
        "networkInterfaces": [{
            "ipv6Addresses": [], "networkInterfaceId": format!("eni-{:017x}", dice.next() >> 4),
            "privateDnsName": format!("ip-{}.eu-west-1.compute.internal", private.replace('.', "-")),
            "privateIpAddress": private,
            "privateIpAddresses": [{ "privateDnsName": format!("ip-{}.eu-west-1.compute.internal", private.replace('.', "-")),
                "privateIpAddress": private }],
            "subnetId": format!("subnet-{:017x}", subnet >> 4), "vpcId": format!("vpc-{:017x}", vpc >> 4),
            "securityGroups": [{ "groupName": "web", "groupId": format!("sg-{:017x}", group >> 4) },
                { "groupName": "ssh from the office", "groupId": format!("sg-{:017x}", group >> 5) }],
            "publicDnsName": "ec2-192-0-2-10.eu-west-1.compute.amazonaws.com", "publicIp": format!("192.0.2.{}", dice.of(256)),
        }],
        "tags": [{ "key": "Name", "value": format!("web-{}", dice.of(99)) }, { "key": "team", "value": "shop" },
            { "key": "aws:autoscaling:groupName", "value": "web-servers" },
            { "key": "cost centre", "value": "4711 \u{2013} M\u{fc}nchen" }],
        "instanceState": "running", "availabilityZone": "eu-west-1b", "imageId": format!("ami-{:017x}", dice.next() >> 4),
        "imageDescription": "Amazon Linux 2023 AMI 2023.6.20241010.0 arm64 HVM kernel-6.1",
    })
}

/// Three of four are connections, else a port probe of two.
fn action(number: usize, dice: &mut Dice) -> (&'static str, Value) {
    let mut remote = || {
        json!({
            "ipAddressV4": format!("203.0.113.{}", dice.of(256)),
            "organization": { "asn": "64500", "asnOrg": "Example Networks", "isp": "Example Networks", "org": "Example Networks" },
            "country": { "countryName": "Netherlands" }, "city": { "cityName": "Amsterdam" },
            "geoLocation": { "lat": 52.3824, "lon": 4.8995 },
        })
    };
    let (first, second) = (remote(), remote());
    if number % 4 == 3 {
        let details = [(22, "SSH", first), (3389, "RDP", second)].map(|(port, name, remote)| {
            json!({ "localPortDetails": { "port": port, "portName": name }, "localIpDetails": { "ipAddressV4": "10.0.0.5" },
                "remoteIpDetails": remote })
        });
        return (
            "Recon:EC2/PortProbeUnprotectedPort",
            json!({ "actionType": "PORT_PROBE", "portProbeAction": { "portProbeDetails": details, "blocked": false } }),
        );
    }
    (
        "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom",
        json!({ "actionType": "NETWORK_CONNECTION", "networkConnectionAction": {
            "connectionDirection": "INBOUND", "remoteIpDetails": first, "remotePortDetails": { "port": 44705, "portName": "Unknown" },
            "localPortDetails": { "port": 22, "portName": "SSH" }, "protocol": "TCP", "blocked": false,
            "localIpDetails": { "ipAddressV4": "10.0.0.5" }, "localNetworkInterface": "eni-0abc1234def567890" } }),
    )
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn the_same_number_makes_the_same_finding_of_about_three_kilobytes() {
        assert_eq!(line(7), line(7));
        assert_ne!(line(7), line(8));
        for number in 0..40 {
            let size = line(number).len();
            assert!((2_500..3_800).contains(&size), "{size} bytes");
        }
    }
}
