"""Drives every operation of the lab with boto3 and asserts on what it parsed.

Run by tests/boto.rs against a served lab whose address and credentials are in the environment. The lab's own log of
calls tells that test afterwards which operations succeeded, so nothing is listed here.
"""

import base64
import datetime
import gzip
import hashlib
import io
import json
import sys
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from shape_check import watch

CONFIG = Config(retries={"max_attempts": 1})
INSTANCE = sys.argv[1]


def client(name):
    return watch(boto3.client(name, config=CONFIG))


ec2 = client("ec2")
sts = client("sts")
iam = client("iam")
autoscaling = client("autoscaling")
elb = client("elbv2")
classic = client("elb")
guardduty = client("guardduty")
cloudtrail = client("cloudtrail")
logs = client("logs")
ssm = client("ssm")
s3 = client("s3")
cloudwatch = client("cloudwatch")
events = client("events")
kms = client("kms")
resolver = client("route53resolver")
secrets = client("secretsmanager")
support = client("support")
security = client("security-ir")


def refused(code, call, **arguments):
    """The call must fail with this code; answers the error."""
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return error.response
    raise AssertionError(f"{call.__name__} should have failed with {code}")


def tried(call, **arguments):
    """A dry run must find nothing wrong and change nothing."""
    answer = refused("DryRunOperation", call, DryRun=True, **arguments)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 412


def until(check):
    """Asks again and again: each call moves the lab's clock."""
    for _ in range(400):
        found = check()
        if found:
            return found
    raise AssertionError("it never came true")


def instance():
    reservations = ec2.describe_instances(InstanceIds=[INSTANCE])["Reservations"]
    assert len(reservations) == 1 and len(reservations[0]["Instances"]) == 1
    return reservations[0]["Instances"][0]


def filters(**wanted):
    return [{"Name": name.replace("_", "-"), "Values": [value]} for name, value in wanted.items()]


def identity():
    me = sts.get_caller_identity()
    assert me["Arn"].endswith(":user/responder") and me["Arn"].split(":")[4] == me["Account"], me
    return me["Account"]


def instances(account):
    found = instance()
    assert found["State"] == {"Code": 16, "Name": "running"}
    assert found["LaunchTime"].tzinfo is not None
    assert found["MetadataOptions"]["HttpTokens"] == "optional"
    assert len(found["BlockDeviceMappings"]) == 2
    assert found["IamInstanceProfile"]["Arn"].startswith(f"arn:aws:iam::{account}:instance-profile/")
    interface = found["NetworkInterfaces"][0]
    assert interface["Attachment"]["DeviceIndex"] == 0 and interface["PrivateIpAddress"] == found["PrivateIpAddress"]
    assert found["SecurityGroups"] == interface["Groups"]
    tags = {tag["Key"]: tag["Value"] for tag in found["Tags"]}
    by_tag = ec2.describe_instances(Filters=[{"Name": "tag:Name", "Values": [tags["Name"][:-1] + "?"]}])
    assert INSTANCE in [r["Instances"][0]["InstanceId"] for r in by_tag["Reservations"]]
    by_address = ec2.describe_instances(Filters=filters(private_ip_address=found["PrivateIpAddress"]))
    assert len(by_address["Reservations"]) == 1
    assert ec2.describe_instances(Filters=filters(vpc_id="vpc-0"))["Reservations"] == []
    refused("InvalidInstanceID.NotFound", ec2.describe_instances, InstanceIds=["i-00000000000000000"])
    refused("InvalidInstanceID.Malformed", ec2.describe_instances, InstanceIds=["shop"])
    refused("InvalidParameterValue", ec2.describe_instances, Filters=filters(colour="red"))
    pages = list(ec2.get_paginator("describe_instances").paginate(PaginationConfig={"PageSize": 5}))
    assert sum(len(page["Reservations"]) for page in pages) == len(ec2.describe_instances()["Reservations"])
    tried(ec2.describe_instances)

    status = ec2.describe_instance_status(InstanceIds=[INSTANCE])["InstanceStatuses"][0]
    assert status["InstanceStatus"]["Status"] == "ok" and status["InstanceState"]["Name"] == "running"
    assert ec2.get_console_output(InstanceId=INSTANCE, Latest=True)["Output"]
    assert ec2.get_console_screenshot(InstanceId=INSTANCE)["ImageData"]
    return found


def attributes(found):
    def value(name):
        answer = ec2.describe_instance_attribute(InstanceId=INSTANCE, Attribute=name)
        assert answer["InstanceId"] == INSTANCE
        return answer[name[0].upper() + name[1:]]

    for name in ["disableApiTermination", "disableApiStop"]:
        assert value(name) == {"Value": False}
        ec2.modify_instance_attribute(InstanceId=INSTANCE, Attribute=name, Value="true")
        assert value(name) == {"Value": True}
    refused("OperationNotPermitted", ec2.stop_instances, InstanceIds=[INSTANCE])
    ec2.modify_instance_attribute(InstanceId=INSTANCE, DisableApiStop={"Value": False})
    ec2.modify_instance_attribute(InstanceId=INSTANCE, InstanceInitiatedShutdownBehavior={"Value": "terminate"})
    assert value("instanceInitiatedShutdownBehavior") == {"Value": "terminate"}
    device = found["BlockDeviceMappings"][0]["DeviceName"]
    ec2.modify_instance_attribute(
        InstanceId=INSTANCE,
        BlockDeviceMappings=[{"DeviceName": device, "Ebs": {"DeleteOnTermination": False}}],
    )
    assert instance()["BlockDeviceMappings"][0]["Ebs"]["DeleteOnTermination"] is False
    mapping = ec2.describe_instance_attribute(InstanceId=INSTANCE, Attribute="blockDeviceMapping")
    assert len(mapping["BlockDeviceMappings"]) == 2
    groups = ec2.describe_instance_attribute(InstanceId=INSTANCE, Attribute="groupSet")["Groups"]
    assert [group["GroupId"] for group in groups] == [group["GroupId"] for group in found["SecurityGroups"]]
    ec2.describe_instance_attribute(InstanceId=INSTANCE, Attribute="userData")
    refused(
        "InvalidParameterCombination",
        ec2.modify_instance_attribute,
        InstanceId=INSTANCE,
        DisableApiStop={"Value": True},
        SourceDestCheck={"Value": False},
    )
    tried(ec2.modify_instance_attribute, InstanceId=INSTANCE, DisableApiStop={"Value": True})
    assert value("disableApiStop") == {"Value": False}
    options = ec2.modify_instance_metadata_options(InstanceId=INSTANCE, HttpTokens="required")
    assert options["InstanceMetadataOptions"]["State"] == "pending"
    until(lambda: instance()["MetadataOptions"]["State"] == "applied")
    assert instance()["MetadataOptions"]["HttpTokens"] == "required"
    tried(ec2.modify_instance_metadata_options, InstanceId=INSTANCE, HttpTokens="optional")
    for endpoint in ["disabled", "enabled"]:
        ec2.modify_instance_metadata_options(InstanceId=INSTANCE, HttpEndpoint=endpoint)
        until(lambda: instance()["MetadataOptions"]["State"] == "applied")
        assert instance()["MetadataOptions"]["HttpEndpoint"] == endpoint


def network(found):
    vpc = found["VpcId"]
    assert ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["CidrBlock"]
    subnet = ec2.describe_subnets(SubnetIds=[found["SubnetId"]])["Subnets"][0]
    assert subnet["VpcId"] == vpc and subnet["AvailableIpAddressCount"] > 0
    refused("InvalidVpcID.NotFound", ec2.describe_vpcs, VpcIds=["vpc-00000000000000000"])

    acl = ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": [found["SubnetId"]]}])
    acl = acl["NetworkAcls"][0]
    assert {entry["RuleNumber"] for entry in acl["Entries"]} >= {32767}
    entry = {"NetworkAclId": acl["NetworkAclId"], "RuleNumber": 7, "Egress": False}
    rule = {"Protocol": "-1", "RuleAction": "deny", "CidrBlock": "203.0.113.0/24"}
    tried(ec2.create_network_acl_entry, **entry, **rule)
    ec2.create_network_acl_entry(**entry, **rule)
    refused("NetworkAclEntryAlreadyExists", ec2.create_network_acl_entry, **entry, **rule)
    made = ec2.describe_network_acls(NetworkAclIds=[acl["NetworkAclId"]])["NetworkAcls"][0]["Entries"]
    assert [e["CidrBlock"] for e in made if e["RuleNumber"] == 7] == ["203.0.113.0/24"]
    tried(ec2.delete_network_acl_entry, **entry)
    ec2.delete_network_acl_entry(**entry)
    refused("InvalidNetworkAclEntry.NotFound", ec2.delete_network_acl_entry, **entry)
    entry |= {"Egress": True, "RuleNumber": 8}
    rule6 = {"Protocol": "-1", "RuleAction": "deny", "Ipv6CidrBlock": "2001:db8:66::1/128"}
    ec2.create_network_acl_entry(**entry, **rule6)
    made = ec2.describe_network_acls(NetworkAclIds=[acl["NetworkAclId"]])["NetworkAcls"][0]["Entries"]
    assert [e["Ipv6CidrBlock"] for e in made if e["RuleNumber"] == 8] == ["2001:db8:66::1/128"]
    ec2.delete_network_acl_entry(**entry)
    refused(
        "InvalidParameterValue",
        ec2.create_network_acl_entry,
        **entry, Protocol="-1", RuleAction="deny", CidrBlock="2001:db8::/32",
    )
    return vpc


def surroundings(vpc):
    tables = ec2.describe_route_tables(Filters=filters(vpc_id=vpc))["RouteTables"]
    main = [t for t in tables if any(a["Main"] for a in t["Associations"])]
    assert len(main) == 1 and any(r.get("GatewayId", "").startswith("igw-") for r in main[0]["Routes"])
    options = ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["DhcpOptionsId"]
    shown = ec2.describe_dhcp_options(DhcpOptionsIds=[options])["DhcpOptions"][0]["DhcpConfigurations"]
    assert {"Key": "domain-name-servers", "Values": [{"Value": "AmazonProvidedDNS"}]} in shown
    named = ec2.describe_dhcp_options(Filters=filters(value="AmazonProvidedDNS"))["DhcpOptions"]
    assert [one["DhcpOptionsId"] for one in named] == [options]
    refused("InvalidDhcpOptionID.NotFound", ec2.describe_dhcp_options, DhcpOptionsIds=["dopt-0"])
    assert ec2.describe_spot_instance_requests(Filters=filters(instance_id=INSTANCE))["SpotInstanceRequests"] == []
    types = ec2.describe_instance_types(InstanceTypes=["m6i.large", "m6id.large"])["InstanceTypes"]
    assert [t["InstanceStorageSupported"] for t in types] == [False, True]
    balancers = classic.describe_load_balancers()["LoadBalancerDescriptions"]
    assert [i["InstanceId"] for i in balancers[0]["Instances"]] == [INSTANCE]
    refused("LoadBalancerNotFound", classic.describe_load_balancers, LoadBalancerNames=["nobody"])


def groups(found, vpc):
    before = found["SecurityGroups"][0]["GroupId"]
    opened = ec2.describe_security_groups(GroupIds=[before])["SecurityGroups"][0]
    assert any(r["CidrIp"] == "0.0.0.0/0" for p in opened["IpPermissions"] for r in p["IpRanges"])
    rules = ec2.describe_security_group_rules(Filters=filters(group_id=before))["SecurityGroupRules"]
    assert rules and all(rule["SecurityGroupRuleId"].startswith("sgr-") for rule in rules)

    arguments = {"GroupName": "rebato-test", "Description": "a test", "VpcId": vpc}
    tags = [{"ResourceType": "security-group", "Tags": [{"Key": "rebato:case", "Value": "<b>&'\""}]}]
    tried(ec2.create_security_group, TagSpecifications=tags, **arguments)
    group = ec2.create_security_group(TagSpecifications=tags, **arguments)["GroupId"]
    refused("InvalidGroup.Duplicate", ec2.create_security_group, **arguments)
    found_group = ec2.describe_security_groups(Filters=[{"Name": "tag:rebato:case", "Values": ["<b>*"]}])
    assert [g["GroupId"] for g in found_group["SecurityGroups"]] == [group]
    found_group = found_group["SecurityGroups"][0]
    assert found_group["Tags"] == [{"Key": "rebato:case", "Value": "<b>&'\""}]
    assert found_group["IpPermissions"] == [] and found_group["IpPermissionsEgress"][0]["IpProtocol"] == "-1"

    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    tried(ec2.revoke_security_group_egress, GroupId=group, IpPermissions=everything)
    ec2.revoke_security_group_egress(GroupId=group, IpPermissions=everything)
    refused("InvalidPermission.NotFound", ec2.revoke_security_group_egress, GroupId=group, IpPermissions=everything)
    https = [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [{"GroupId": before}]}]
    tried(ec2.authorize_security_group_egress, GroupId=group, IpPermissions=https)
    made = ec2.authorize_security_group_egress(GroupId=group, IpPermissions=https)["SecurityGroupRules"]
    assert made[0]["IsEgress"] is True and made[0]["ReferencedGroupInfo"]["GroupId"] == before
    ec2.revoke_security_group_egress(GroupId=group, SecurityGroupRuleIds=[made[0]["SecurityGroupRuleId"]])
    ssh = [{
        "IpProtocol": "6", "FromPort": 22, "ToPort": 22,
        "IpRanges": [{"CidrIp": "198.51.100.7/24", "Description": "office"}],
        "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/32"}],
    }]
    tried(ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=ssh)
    made = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=ssh)["SecurityGroupRules"]
    assert {rule.get("CidrIpv4") or rule["CidrIpv6"] for rule in made} == {"198.51.100.0/24", "2001:db8::/32"}
    refused("InvalidPermission.Duplicate", ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=ssh)
    shown = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
    assert shown[0]["IpRanges"] == [{"CidrIp": "198.51.100.0/24", "Description": "office"}], shown
    tried(ec2.revoke_security_group_ingress, GroupId=group, IpPermissions=ssh)
    ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=ssh)
    assert ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"] == []

    interface = found["NetworkInterfaces"][0]["NetworkInterfaceId"]
    tried(ec2.modify_network_interface_attribute, NetworkInterfaceId=interface, Groups=[group])
    ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=[group])
    shown = ec2.describe_network_interfaces(NetworkInterfaceIds=[interface])["NetworkInterfaces"][0]
    assert [g["GroupId"] for g in shown["Groups"]] == [group]
    assert shown["Attachment"]["InstanceId"] == INSTANCE
    by_instance = ec2.describe_network_interfaces(Filters=[{"Name": "attachment.instance-id", "Values": [INSTANCE]}])
    assert interface in [i["NetworkInterfaceId"] for i in by_instance["NetworkInterfaces"]]
    refused("DependencyViolation", ec2.delete_security_group, GroupId=group)
    ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=[before])
    tried(ec2.delete_security_group, GroupId=group)
    ec2.delete_security_group(GroupId=group)
    refused("InvalidGroup.NotFound", ec2.describe_security_groups, GroupIds=[group])
    return interface


def addresses(interface):
    held = ec2.describe_addresses(Filters=filters(instance_id=INSTANCE))["Addresses"][0]
    tried(ec2.disassociate_address, AssociationId=held["AssociationId"])
    ec2.disassociate_address(AssociationId=held["AssociationId"])
    ec2.disassociate_address(AssociationId=held["AssociationId"])
    shown = ec2.describe_addresses(AllocationIds=[held["AllocationId"]])["Addresses"][0]
    assert "AssociationId" not in shown
    # The instance has one interface and was launched with an automatic address: it has a new one now.
    association = ec2.describe_network_interfaces(NetworkInterfaceIds=[interface])["NetworkInterfaces"][0]["Association"]
    assert association["IpOwnerId"] == "amazon" and association["PublicIp"] != held["PublicIp"]
    tried(ec2.modify_network_interface_attribute, NetworkInterfaceId=interface, AssociatePublicIpAddress=False)
    ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, AssociatePublicIpAddress=False)
    shown = ec2.describe_network_interfaces(NetworkInterfaceIds=[interface])["NetworkInterfaces"][0]
    assert "Association" not in shown
    flag = ec2.describe_network_interface_attribute(
        NetworkInterfaceId=interface, Attribute="associatePublicIpAddress"
    )
    assert flag["AssociatePublicIpAddress"] is False
    for name in ["attachment", "description", "groupSet", "sourceDestCheck"]:
        answer = ec2.describe_network_interface_attribute(NetworkInterfaceId=interface, Attribute=name)
        assert set(answer) == {"NetworkInterfaceId", "ResponseMetadata", "Groups" if name == "groupSet" else name[0].upper() + name[1:]}
    arguments = {
        "AllocationId": held["AllocationId"], "NetworkInterfaceId": interface,
        "PrivateIpAddress": held["PrivateIpAddress"], "AllowReassociation": False,
    }
    tried(ec2.associate_address, **arguments)
    association = ec2.associate_address(**arguments)["AssociationId"]
    shown = ec2.describe_network_interfaces(NetworkInterfaceIds=[interface])["NetworkInterfaces"][0]["Association"]
    assert shown["AssociationId"] == association and shown["AllocationId"] == held["AllocationId"]
    refused("InvalidAllocationID.NotFound", ec2.describe_addresses, AllocationIds=["eipalloc-0"])


def evidence(found):
    volumes = ec2.describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": [INSTANCE]}])["Volumes"]
    assert len(volumes) == 2 and all(v["Attachments"][0]["InstanceId"] == INSTANCE for v in volumes)
    tags = [{"ResourceType": "snapshot", "Tags": [{"Key": "rebato:step", "Value": "s1"}]}]
    arguments = {"InstanceSpecification": {"InstanceId": INSTANCE}, "Description": "evidence", "TagSpecifications": tags}
    tried(ec2.create_snapshots, **arguments)
    snapshots = ec2.create_snapshots(CopyTagsFromSource="volume", **arguments)["Snapshots"]
    assert {s["VolumeId"] for s in snapshots} == {v["VolumeId"] for v in volumes}
    assert all(s["State"] == "pending" for s in snapshots)
    tried(ec2.create_snapshot, VolumeId=volumes[0]["VolumeId"])
    single = ec2.create_snapshot(VolumeId=volumes[0]["VolumeId"], Description="one")
    assert single["State"] == "pending" and single["StartTime"]

    def completed():
        shown = ec2.describe_snapshots(OwnerIds=["self"], Filters=[{"Name": "tag:rebato:step", "Values": ["s1"]}])
        assert len(shown["Snapshots"]) == 2
        return all(s["State"] == "completed" and s["Progress"] == "100%" for s in shown["Snapshots"])

    until(completed)
    custody(single["SnapshotId"])
    refused("InvalidSnapshot.NotFound", ec2.describe_snapshots, SnapshotIds=["snap-00000000000000000"])

    tried(ec2.create_tags, Resources=[INSTANCE], Tags=[{"Key": "rebato:case", "Value": "c1"}])
    ec2.create_tags(Resources=[INSTANCE], Tags=[{"Key": "rebato:case", "Value": "c1"}])
    named = filters(resource_id=INSTANCE, key="rebato:case")
    assert ec2.describe_tags(Filters=named)["Tags"] == [
        {"Key": "rebato:case", "ResourceId": INSTANCE, "ResourceType": "instance", "Value": "c1"}
    ]
    tried(ec2.delete_tags, Resources=[INSTANCE], Tags=[{"Key": "rebato:case"}])
    ec2.delete_tags(Resources=[INSTANCE], Tags=[{"Key": "rebato:case"}])
    assert ec2.describe_tags(Filters=named)["Tags"] == []

    image = ec2.describe_images(ImageIds=[found["ImageId"]])["Images"][0]
    assert image["ImageId"] == found["ImageId"] and image["CreationDate"].endswith("Z")
    key = ec2.describe_key_pairs(KeyNames=[found["KeyName"]])["KeyPairs"][0]
    assert key["KeyFingerprint"] and key["CreateTime"]
    assert ec2.meta.region_name in [region["RegionName"] for region in ec2.describe_regions()["Regions"]]
    assert ec2.get_ebs_encryption_by_default()["EbsEncryptionByDefault"] in (True, False)


def custody(source):
    def shown(snapshot):
        return ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]

    until(lambda: shown(source)["State"] == "completed")
    region = ec2.meta.region_name
    tags = [{"ResourceType": "snapshot", "Tags": [{"Key": "rebato:step", "Value": "copy"}]}]
    arguments = {
        "SourceRegion": region, "SourceSnapshotId": source, "Encrypted": True, "KmsKeyId": "alias/acme-evidence",
        "Description": "copy", "TagSpecifications": tags,
    }
    tried(ec2.copy_snapshot, **arguments)
    copied = ec2.copy_snapshot(**arguments)
    copy = copied["SnapshotId"]
    assert copied["Tags"] == tags[0]["Tags"]
    assert shown(copy)["State"] == "pending" and ":key/" in shown(copy)["KmsKeyId"]
    assert "StateMessage" not in shown(copy) and shown(copy)["Encrypted"] is True
    by_tag = ec2.describe_snapshots(Filters=[{"Name": "tag:rebato:step", "Values": ["copy"]}])["Snapshots"]
    assert [s["SnapshotId"] for s in by_tag] == [copy]
    wrong = ec2.copy_snapshot(**{**arguments, "KmsKeyId": "alias/nobody"})["SnapshotId"]
    until(lambda: shown(copy)["State"] == "completed" and shown(copy)["Progress"] == "100%")
    until(lambda: shown(wrong)["State"] == "error" and "not accessible" in shown(wrong)["StateMessage"])
    ec2.delete_snapshot(SnapshotId=wrong)

    def shared():
        answer = ec2.describe_snapshot_attribute(SnapshotId=copy, Attribute="createVolumePermission")
        return answer["CreateVolumePermissions"]

    other = "210987654321"
    permission = {"Add": [{"UserId": other}]}
    tried(ec2.modify_snapshot_attribute, SnapshotId=copy, CreateVolumePermission=permission)
    ec2.modify_snapshot_attribute(SnapshotId=copy, CreateVolumePermission=permission)
    assert shared() == [{"UserId": other}]
    ec2.modify_snapshot_attribute(
        SnapshotId=copy, Attribute="createVolumePermission", OperationType="remove", UserIds=[other]
    )
    assert shared() == []
    public = {"Add": [{"Group": "all"}]}
    refused("OperationNotPermitted", ec2.modify_snapshot_attribute, SnapshotId=copy, CreateVolumePermission=public)

    tried(ec2.lock_snapshot, SnapshotId=copy, LockMode="governance", LockDuration=30)
    refused(
        "InvalidParameterCombination",
        ec2.lock_snapshot,
        SnapshotId=copy, LockMode="governance", LockDuration=30, CoolOffPeriod=1,
    )
    held = ec2.lock_snapshot(SnapshotId=copy, LockMode="governance", LockDuration=30)
    assert held["LockState"] == "governance" and held["LockDuration"] == 30
    assert held["LockExpiresOn"] - held["LockDurationStartTime"] == datetime.timedelta(days=30)
    held = ec2.lock_snapshot(
        SnapshotId=copy, LockMode="compliance", CoolOffPeriod=2,
        ExpirationDate=held["LockExpiresOn"] + datetime.timedelta(days=3),
    )
    assert held["LockState"] == "compliance-cooloff" and held["LockDuration"] >= 33
    listed = ec2.describe_locked_snapshots(Filters=[{"Name": "lock-state", "Values": ["compliance-cooloff"]}])
    assert [s["SnapshotId"] for s in listed["Snapshots"]] == [copy]
    assert listed["Snapshots"][0]["CoolOffPeriodExpiresOn"] > held["LockCreatedOn"]
    refused("OperationNotPermitted", ec2.delete_snapshot, SnapshotId=copy)
    tried(ec2.unlock_snapshot, SnapshotId=copy)
    assert ec2.unlock_snapshot(SnapshotId=copy)["SnapshotId"] == copy
    assert ec2.describe_locked_snapshots(SnapshotIds=[copy])["Snapshots"] == []
    tried(ec2.delete_snapshot, SnapshotId=copy)
    ec2.delete_snapshot(SnapshotId=copy)
    refused("InvalidSnapshot.NotFound", ec2.describe_snapshots, SnapshotIds=[copy])


def flow_logs(found):
    shown = ec2.describe_flow_logs(Filters=filters(resource_id=found["VpcId"]))["FlowLogs"][0]
    assert "${tcp-flags}" in shown["LogFormat"] and shown["LogDestinationType"] == "s3"
    arguments = {
        "ResourceIds": [found["SubnetId"]], "ResourceType": "Subnet", "TrafficType": "ALL",
        "LogDestinationType": "s3", "LogDestination": shown["LogDestination"], "ClientToken": "token-1",
        "MaxAggregationInterval": 60,
    }
    tried(ec2.create_flow_logs, **arguments)
    first = ec2.create_flow_logs(**arguments)["FlowLogIds"]
    assert ec2.create_flow_logs(**arguments)["FlowLogIds"] == first
    assert len(ec2.describe_flow_logs(FlowLogIds=first)["FlowLogs"]) == 1
    tried(ec2.delete_flow_logs, FlowLogIds=first)
    assert ec2.delete_flow_logs(FlowLogIds=first)["Unsuccessful"] == []
    gone = ec2.delete_flow_logs(FlowLogIds=first)["Unsuccessful"]
    assert [g["Error"]["Code"] for g in gone] == ["InvalidFlowLogId.NotFound"] and gone[0]["ResourceId"] == first[0]
    arguments["ClientToken"] = "token-2"
    first = ec2.create_flow_logs(**arguments)["FlowLogIds"]

    before = ec2.get_ebs_encryption_by_default()["EbsEncryptionByDefault"]
    tried(ec2.enable_ebs_encryption_by_default)
    tried(ec2.disable_ebs_encryption_by_default)
    assert ec2.enable_ebs_encryption_by_default()["EbsEncryptionByDefault"] is True
    assert ec2.disable_ebs_encryption_by_default()["EbsEncryptionByDefault"] is False
    assert ec2.get_ebs_encryption_by_default()["EbsEncryptionByDefault"] is False
    if before:
        ec2.enable_ebs_encryption_by_default()

    bucket = shown["LogDestination"].split(":::")[1].split("/")[0]
    assert bucket in [b["Name"] for b in s3.list_buckets()["Buckets"]]
    s3.head_bucket(Bucket=bucket)
    assert s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] == ec2.meta.region_name
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Prefix="AWSLogs/", PaginationConfig={"PageSize": 7}
    )
    objects = [o for page in pages for o in page.get("Contents", [])]
    keys = [o["Key"] for o in objects]
    assert keys == sorted(set(keys)) and len(keys) == s3.list_objects_v2(Bucket=bucket, Prefix="AWSLogs/")["KeyCount"]
    folded = s3.list_objects_v2(Bucket=bucket, Delimiter="/")
    assert "AWSLogs/" in [p["Prefix"] for p in folded["CommonPrefixes"]]
    flows = [o for o in objects if "/vpcflowlogs/" in o["Key"]][-1]
    got = s3.get_object(Bucket=bucket, Key=flows["Key"])
    body = got["Body"].read()
    assert len(body) == flows["Size"] and got["ETag"] == flows["ETag"]
    lines = gzip.decompress(body).decode().splitlines()
    assert "srcaddr" in lines[0] and len(lines) > 1
    assert s3.head_object(Bucket=bucket, Key=flows["Key"])["ContentLength"] == len(body)
    part = s3.get_object(Bucket=bucket, Key=flows["Key"], Range="bytes=0-1")
    assert part["Body"].read() == b"\x1f\x8b" and part["ContentRange"] == f"bytes 0-1/{len(body)}"
    refused("NoSuchKey", s3.get_object, Bucket=bucket, Key="nothing")
    refused("NoSuchBucket", s3.list_objects_v2, Bucket="nobody-has-this-bucket")


def keys(account):
    default = kms.describe_key(KeyId="alias/aws/ebs")["KeyMetadata"]
    assert default["KeyManager"] == "AWS" and default["AWSAccountId"] == account
    own = kms.describe_key(KeyId="alias/acme-evidence")["KeyMetadata"]
    assert own["KeyManager"] == "CUSTOMER" and own["KeyState"] == "Enabled"
    for name in (own["KeyId"], own["Arn"], own["Arn"].split(":key/")[0] + ":alias/acme-evidence"):
        assert kms.describe_key(KeyId=name)["KeyMetadata"] == own
    refused("NotFoundException", kms.describe_key, KeyId="alias/nothing")


def under_lock(account):
    bucket, key = f"acme-evidence-{account}", "case-1/journal file.json"
    lock = s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]
    assert lock["ObjectLockEnabled"] == "Enabled" and lock["Rule"]["DefaultRetention"]["Mode"] == "GOVERNANCE", lock
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    blocked = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert len(blocked) == 4 and all(blocked.values()), blocked
    plain = f"acme-shop-assets-{account}"
    refused("ObjectLockConfigurationNotFoundError", s3.get_object_lock_configuration, Bucket=plain)
    assert "Status" not in s3.get_bucket_versioning(Bucket=plain)

    body = b"what was seen" * 1000
    sha256 = base64.b64encode(hashlib.sha256(body).digest()).decode()
    until = datetime.datetime(2036, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
    arguments = {"Bucket": bucket, "Key": key, "Body": body, "ContentType": "application/json"}
    locked = {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": until}
    made = s3.put_object(ChecksumSHA256=sha256, Metadata={"case": "1"}, **arguments, **locked)
    assert made["ChecksumSHA256"] == sha256 and made["VersionId"], made
    for shown in (s3.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED"), s3.get_object(Bucket=bucket, Key=key)):
        assert shown["ObjectLockMode"] == "COMPLIANCE" and shown["ObjectLockRetainUntilDate"] == until, shown
        assert shown["ChecksumSHA256"] == sha256 and shown["VersionId"] == made["VersionId"], shown
        assert shown["Metadata"] == {"case": "1"} and shown["ETag"] == made["ETag"], shown
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == body
    assert s3.get_object_retention(Bucket=bucket, Key=key)["Retention"] == {"Mode": "COMPLIANCE", "RetainUntilDate": until}

    version = {"Bucket": bucket, "Key": key, "VersionId": made["VersionId"]}
    refused("AccessDenied", s3.delete_object, **version)
    refused("AccessDenied", s3.delete_object, BypassGovernanceRetention=True, **version)
    hidden = s3.delete_object(Bucket=bucket, Key=key)
    assert hidden["DeleteMarker"] and hidden["VersionId"] != made["VersionId"]
    refused("NoSuchKey", s3.get_object, Bucket=bucket, Key=key)
    assert s3.get_object(**version)["Body"].read() == body
    s3.delete_object(Bucket=bucket, Key=key, VersionId=hidden["VersionId"])
    assert s3.head_object(Bucket=bucket, Key=key)["VersionId"] == made["VersionId"]

    # The bucket's own default is governance, which may be bypassed; a second version stands beside the first.
    second = s3.put_object(**arguments)
    assert s3.get_object(Bucket=bucket, Key=key)["ObjectLockMode"] == "GOVERNANCE"
    other = {"Bucket": bucket, "Key": key, "VersionId": second["VersionId"]}
    refused("AccessDenied", s3.delete_object, **other)
    s3.delete_object(BypassGovernanceRetention=True, **other)
    refused("NoSuchVersion", s3.get_object, **other)
    assert s3.get_object(Bucket=bucket, Key=key)["ObjectLockMode"] == "COMPLIANCE"
    held = s3.put_object(Bucket=bucket, Key="held", Body=body, ObjectLockLegalHoldStatus="ON")
    refused(
        "AccessDenied",
        s3.delete_object,
        Bucket=bucket,
        Key="held",
        VersionId=held["VersionId"],
        BypassGovernanceRetention=True,
    )

    wrong = base64.b64encode(hashlib.sha256(b"something else").digest()).decode()
    refused("BadDigest", s3.put_object, ChecksumSHA256=wrong, **arguments)
    refused("PreconditionFailed", s3.put_object, IfNoneMatch="*", **arguments)
    past = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": until.replace(year=2020)}
    refused("InvalidArgument", s3.put_object, **arguments, **past)
    refused("InvalidArgument", s3.put_object, ObjectLockMode="GOVERNANCE", **arguments)
    arguments["Bucket"] = plain
    refused("InvalidRequest", s3.put_object, **arguments, **locked)
    s3.upload_fileobj(io.BytesIO(body), plain, "stream", ExtraArgs={"ChecksumAlgorithm": "SHA256"})
    assert s3.get_object(Bucket=plain, Key="stream")["ChecksumSHA256"] == sha256
    s3.delete_object(Bucket=plain, Key="stream")
    refused("NoSuchKey", s3.get_object, Bucket=plain, Key="stream")
    arguments["Bucket"] = "nobody-has-this-bucket"
    refused("NoSuchBucket", s3.put_object, **arguments)


def roles(account):
    association = ec2.describe_iam_instance_profile_associations(Filters=filters(instance_id=INSTANCE))
    association = association["IamInstanceProfileAssociations"][0]
    profile_name = association["IamInstanceProfile"]["Arn"].split("/")[-1]
    profile = iam.get_instance_profile(InstanceProfileName=profile_name)["InstanceProfile"]
    name = profile["Roles"][0]["RoleName"]
    role = iam.get_role(RoleName=name)["Role"]
    assert role["AssumeRolePolicyDocument"]["Statement"]
    sharing = iam.list_instance_profiles_for_role(RoleName=name)["InstanceProfiles"]
    assert profile_name in [p["InstanceProfileName"] for p in sharing]
    assert "AttachedPolicies" in iam.list_attached_role_policies(RoleName=name)
    refused("NoSuchEntity", iam.get_role, RoleName="nobody")

    session = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="rebato-test", DurationSeconds=900)
    keys = session["Credentials"]
    assert session["AssumedRoleUser"]["AssumedRoleId"] == f"{role['RoleId']}:rebato-test"
    other = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    assert other.client("sts").get_caller_identity()["Arn"] == f"arn:aws:sts::{account}:assumed-role/{name}/rebato-test"
    assert other.client("ec2", config=CONFIG).describe_regions()["Regions"]
    deny = {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {
        "DateLessThan": {"aws:TokenIssueTime": keys["Expiration"].isoformat().replace("+00:00", "Z")}}}}
    iam.put_role_policy(RoleName=name, PolicyName="AWSRevokeOlderSessions", PolicyDocument=json.dumps(deny))
    assert "AWSRevokeOlderSessions" in iam.list_role_policies(RoleName=name)["PolicyNames"]
    assert iam.get_role_policy(RoleName=name, PolicyName="AWSRevokeOlderSessions")["PolicyDocument"] == deny
    denied_ec2 = other.client("ec2", config=CONFIG)

    def denied():
        try:
            denied_ec2.describe_regions()
        except ClientError as error:
            assert error.response["Error"]["Code"] == "UnauthorizedOperation", error
            return error.response["Error"]["Message"]
        return None

    encoded = until(denied).split("message: ")[1]
    decoded = json.loads(sts.decode_authorization_message(EncodedMessage=encoded)["DecodedMessage"])
    assert decoded["context"]["action"] == "ec2:DescribeRegions" and not decoded["allowed"], decoded
    refused("InvalidAuthorizationMessageException", sts.decode_authorization_message, EncodedMessage="nothing")
    assert other.client("sts", config=CONFIG).get_caller_identity()["Account"] == account
    simulated = iam.simulate_principal_policy(
        PolicySourceArn=role["Arn"],
        ActionNames=["ec2:DescribeRegions", "iam:PutRolePolicy"],
        ContextEntries=[
            {
                "ContextKeyName": "aws:TokenIssueTime",
                "ContextKeyType": "date",
                "ContextKeyValues": ["2020-01-01T00:00:00Z"],
            }
        ],
    )["EvaluationResults"]
    assert [one["EvalDecision"] for one in simulated] == ["explicitDeny", "explicitDeny"], simulated
    simulated = iam.simulate_principal_policy(
        PolicySourceArn=sts.get_caller_identity()["Arn"], ActionNames=["iam:PutRolePolicy"]
    )["EvaluationResults"]
    assert [one["EvalDecision"] for one in simulated] == ["allowed"], simulated
    linked = "AWSServiceRoleForAutoScaling"
    refused("UnmodifiableEntity", iam.put_role_policy, RoleName=linked, PolicyName="x", PolicyDocument=json.dumps(deny))
    long = dict(deny, Statement=[dict(deny["Statement"], Action=["s3:GetObject"] * 700)])
    refused("LimitExceeded", iam.put_role_policy, RoleName=name, PolicyName="x", PolicyDocument=json.dumps(long))
    refused("ValidationError", iam.put_role_policy, RoleName=name, PolicyName="a b", PolicyDocument=json.dumps(deny))
    refused("MalformedPolicyDocument", iam.put_role_policy, RoleName=name, PolicyName="x", PolicyDocument="{")
    iam.delete_role_policy(RoleName=name, PolicyName="AWSRevokeOlderSessions")
    refused("NoSuchEntity", iam.delete_role_policy, RoleName=name, PolicyName="AWSRevokeOlderSessions")
    wrong = boto3.Session("AKIANOBODYNOBODYNOBO", "x")
    refused("AuthFailure", wrong.client("ec2", config=CONFIG).describe_regions)
    refused("InvalidClientTokenId", wrong.client("sts", config=CONFIG).get_caller_identity)
    refused("UnrecognizedClientException", wrong.client("logs", config=CONFIG).describe_log_groups)
    refused("InvalidAccessKeyId", wrong.client("s3", config=CONFIG).list_buckets)

    replaced = ec2.replace_iam_instance_profile_association(
        AssociationId=association["AssociationId"], IamInstanceProfile={"Name": profile_name}
    )["IamInstanceProfileAssociation"]
    assert replaced["AssociationId"] != association["AssociationId"]
    gone = ec2.disassociate_iam_instance_profile(AssociationId=replaced["AssociationId"])
    assert gone["IamInstanceProfileAssociation"]["State"] == "disassociating"
    assert "IamInstanceProfile" not in instance()
    made = ec2.associate_iam_instance_profile(InstanceId=INSTANCE, IamInstanceProfile={"Arn": profile["Arn"]})
    assert made["IamInstanceProfileAssociation"]["InstanceId"] == INSTANCE
    refused(
        "IncorrectState",
        ec2.associate_iam_instance_profile,
        InstanceId=INSTANCE,
        IamInstanceProfile={"Name": profile_name},
    )


def fleet():
    member = autoscaling.describe_auto_scaling_instances(InstanceIds=[INSTANCE])["AutoScalingInstances"][0]
    assert member["LifecycleState"] == "InService"
    name = member["AutoScalingGroupName"]
    assert autoscaling.describe_instance_refreshes(AutoScalingGroupName=name)["InstanceRefreshes"] == []

    def group():
        return autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"][0]

    def state():
        return {i["InstanceId"]: i["LifecycleState"] for i in group()["Instances"]}[INSTANCE]

    before = group()
    assert before["CreatedTime"] and before["TargetGroupARNs"]
    target_group = elb.describe_target_groups(TargetGroupArns=before["TargetGroupARNs"])["TargetGroups"][0]
    arn = target_group["TargetGroupArn"]
    balancer = elb.describe_load_balancers(LoadBalancerArns=target_group["LoadBalancerArns"])["LoadBalancers"][0]
    assert balancer["State"]["Code"] == "active"

    def health():
        shown = elb.describe_target_health(TargetGroupArn=arn, Targets=[{"Id": INSTANCE, "Port": target_group["Port"]}])
        return shown["TargetHealthDescriptions"][0]["TargetHealth"]["State"]

    assert health() == "healthy"
    elb.deregister_targets(TargetGroupArn=arn, Targets=[{"Id": INSTANCE}])
    assert health() == "draining"
    elb.register_targets(TargetGroupArn=arn, Targets=[{"Id": INSTANCE}])
    assert health() == "healthy"

    autoscaling.update_auto_scaling_group(AutoScalingGroupName=name, MinSize=0)
    assert group()["MinSize"] == 0
    moved = autoscaling.enter_standby(
        InstanceIds=[INSTANCE], AutoScalingGroupName=name, ShouldDecrementDesiredCapacity=True
    )["Activities"][0]
    assert moved["AutoScalingGroupName"] == name and moved["StartTime"]
    until(lambda: state() == "Standby")
    assert group()["DesiredCapacity"] == before["DesiredCapacity"] - 1
    refused(
        "ValidationError",
        autoscaling.enter_standby,
        InstanceIds=[INSTANCE],
        AutoScalingGroupName=name,
        ShouldDecrementDesiredCapacity=True,
    )
    autoscaling.exit_standby(InstanceIds=[INSTANCE], AutoScalingGroupName=name)
    until(lambda: state() == "InService")
    refused("TargetGroupNotFound", elb.describe_target_health, TargetGroupArn="arn:aws:nothing")
    whole = elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    assert {t["TargetHealth"]["State"] for t in whole} == {"healthy"} and len(whole) == 2, whole
    attributes = elb.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
    assert {"Key": "deregistration_delay.timeout_seconds", "Value": "300"} in attributes

    left = autoscaling.detach_instances(
        InstanceIds=[INSTANCE], AutoScalingGroupName=name, ShouldDecrementDesiredCapacity=True
    )["Activities"][0]
    assert left["StatusCode"] == "InProgress" and INSTANCE in left["Description"]
    until(lambda: not autoscaling.describe_auto_scaling_instances(InstanceIds=[INSTANCE])["AutoScalingInstances"])
    assert group()["DesiredCapacity"] == before["DesiredCapacity"] - 1
    again = {"InstanceIds": [INSTANCE], "AutoScalingGroupName": name}
    refused("ValidationError", autoscaling.detach_instances, ShouldDecrementDesiredCapacity=True, **again)
    autoscaling.attach_instances(**again)
    until(lambda: state() == "InService")
    assert group()["DesiredCapacity"] == before["DesiredCapacity"]
    refused("ValidationError", autoscaling.attach_instances, **again)
    refused("ValidationError", autoscaling.update_auto_scaling_group, AutoScalingGroupName=name, MinSize=9)
    done = autoscaling.describe_scaling_activities(AutoScalingGroupName=name)["Activities"]
    assert done[-1]["ActivityId"] == moved["ActivityId"] and done[-1]["StatusCode"] == "Successful"
    assert [d["ActivityId"] for d in done].index(left["ActivityId"]) < len(done) - 1

    old = "shop-metrics"
    one = {"LoadBalancerName": old, "Instances": [{"InstanceId": INSTANCE}]}
    assert classic.describe_instance_health(LoadBalancerName=old)["InstanceStates"][0]["State"] == "InService"
    assert classic.deregister_instances_from_load_balancer(**one)["Instances"] == []
    assert classic.describe_instance_health(**one)["InstanceStates"][0]["State"] == "OutOfService"
    refused("InvalidInstance", classic.deregister_instances_from_load_balancer, **one)
    assert classic.register_instances_with_load_balancer(**one)["Instances"] == [{"InstanceId": INSTANCE}]
    refused("LoadBalancerNotFound", classic.describe_instance_health, LoadBalancerName="nobody")


def findings(account):
    detector = guardduty.list_detectors()["DetectorIds"][0]
    shown = guardduty.get_detector(DetectorId=detector)
    assert shown["Status"] == "ENABLED" and shown["FindingPublishingFrequency"]
    week = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
    criterion = {
        "resource.instanceDetails.instanceId": {"Equals": [INSTANCE]},
        "type": {"Equals": ["UnauthorizedAccess:EC2/MaliciousIPCaller.Custom"]},
        "updatedAt": {"GreaterThanOrEqual": int(week.timestamp() * 1000)},
        "service.archived": {"Equals": ["false"]},
    }
    arguments = {
        "DetectorId": detector,
        "FindingCriteria": {"Criterion": criterion},
        "SortCriteria": {"AttributeName": "updatedAt", "OrderBy": "DESC"},
    }
    ids = guardduty.list_findings(**arguments)["FindingIds"]
    assert ids
    found = guardduty.get_findings(DetectorId=detector, FindingIds=ids)["Findings"]
    assert {f["Id"] for f in found} == set(ids)
    finding = found[0]
    assert finding["AccountId"] == account and finding["Resource"]["InstanceDetails"]["InstanceId"] == INSTANCE
    assert finding["Service"]["Count"] >= 1 and finding["Severity"] > 0
    details = finding["Service"]["Evidence"]["ThreatIntelligenceDetails"][0]

    sets = guardduty.list_threat_intel_sets(DetectorId=detector)["ThreatIntelSetIds"]
    listed = [guardduty.get_threat_intel_set(DetectorId=detector, ThreatIntelSetId=one) for one in sets]
    mine = [one for one in listed if one["Name"] == details["ThreatListName"]][0]
    bucket, key = mine["Location"].split("://")[1].split("/", 1) if mine["Location"].startswith("s3:") else mine[
        "Location"
    ].split("/", 3)[3].split("/", 1)
    remote = finding["Service"]["Action"]["NetworkConnectionAction"]["RemoteIpDetails"]["IpAddressV4"]
    assert remote.rsplit(".", 1)[0] in s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
    for one in guardduty.list_ip_sets(DetectorId=detector)["IpSetIds"]:
        guardduty.update_ip_set(DetectorId=detector, IpSetId=one, Activate=True)
        assert guardduty.get_ip_set(DetectorId=detector, IpSetId=one)["Status"] == "ACTIVE"
    for one in guardduty.list_threat_entity_sets(DetectorId=detector)["ThreatEntitySetIds"]:
        guardduty.update_threat_entity_set(DetectorId=detector, ThreatEntitySetId=one, Activate=True)
        assert guardduty.get_threat_entity_set(DetectorId=detector, ThreatEntitySetId=one)["Status"] == "ACTIVE"
    for one in guardduty.list_trusted_entity_sets(DetectorId=detector)["TrustedEntitySetIds"]:
        guardduty.update_trusted_entity_set(DetectorId=detector, TrustedEntitySetId=one, Activate=True)
        assert guardduty.get_trusted_entity_set(DetectorId=detector, TrustedEntitySetId=one)["Status"] == "ACTIVE"
    assert guardduty.list_filters(DetectorId=detector)["FilterNames"] == []

    guardduty.archive_findings(DetectorId=detector, FindingIds=ids)
    assert guardduty.list_findings(**arguments)["FindingIds"] == []
    criterion["service.archived"] = {"Equals": ["true"]}
    assert set(guardduty.list_findings(**arguments)["FindingIds"]) == set(ids)
    guardduty.unarchive_findings(DetectorId=detector, FindingIds=ids[:1])
    assert set(guardduty.list_findings(**arguments)["FindingIds"]) == set(ids[1:])
    guardduty.update_findings_feedback(DetectorId=detector, FindingIds=ids, Feedback="NOT_USEFUL", Comments="a test")
    rated = guardduty.get_findings(DetectorId=detector, FindingIds=ids)["Findings"]
    assert {f["Service"]["UserFeedback"] for f in rated} == {"NOT_USEFUL"}
    strange = {"DetectorId": "0" * 32, "FindingIds": ids}
    refused("BadRequestException", guardduty.unarchive_findings, **strange)
    refused("BadRequestException", guardduty.update_findings_feedback, Feedback="USEFUL", **strange)
    refused("BadRequestException", guardduty.list_findings, DetectorId="0" * 32)
    refused("BadRequestException", guardduty.list_findings, DetectorId=detector, FindingCriteria={
        "Criterion": {"nothing": {"Equals": ["x"]}}})

    # A list changed in its bucket counts once it is read anew; a put over what somebody else left is refused.
    place = {"Bucket": bucket, "Key": key}
    held = s3.get_object(**place)
    body = held["Body"].read()
    left = s3.put_object(**place, Body=body + b"192.0.2.66\n", IfMatch=held["ETag"])
    refused("PreconditionFailed", s3.put_object, **place, Body=body, IfMatch=held["ETag"])
    of_mine = {"DetectorId": detector, "ThreatIntelSetId": sets[listed.index(mine)]}
    guardduty.update_threat_intel_set(**of_mine, Activate=True)
    assert guardduty.get_threat_intel_set(**of_mine)["Status"] == "ACTIVE"
    s3.put_object(**place, Body=body, IfMatch=left["ETag"])
    guardduty.update_threat_intel_set(**of_mine, Activate=True)
    refused("BadRequestException", guardduty.update_threat_intel_set, DetectorId=detector, ThreatIntelSetId="0" * 32)
    refused("BadRequestException", guardduty.update_ip_set, DetectorId=detector, IpSetId="0" * 32, Activate=True)
    refused("BadRequestException", guardduty.update_threat_entity_set, DetectorId=detector, ThreatEntitySetId="0" * 32)
    refused("BadRequestException", guardduty.update_trusted_entity_set, DetectorId=detector, TrustedEntitySetId="0" * 32)

    rule = {"DetectorId": detector, "Name": "a-rule", "Action": "ARCHIVE", "FindingCriteria": {
        "Criterion": {"type": {"Equals": ["Recon:EC2/PortProbeUnprotectedPort"]}}}}
    assert guardduty.create_filter(**rule)["Name"] == "a-rule"
    assert guardduty.list_filters(DetectorId=detector)["FilterNames"] == ["a-rule"]
    shown = guardduty.get_filter(DetectorId=detector, FilterName="a-rule")
    assert shown["Action"] == "ARCHIVE" and shown["FindingCriteria"]["Criterion"]["type"]["Equals"]
    refused("BadRequestException", guardduty.create_filter, **{**rule, "Action": "NOOP"})
    guardduty.delete_filter(DetectorId=detector, FilterName="a-rule")
    assert guardduty.list_filters(DetectorId=detector)["FilterNames"] == []
    refused("BadRequestException", guardduty.get_filter, DetectorId=detector, FilterName="a-rule")


def malware(account):
    """The root volume's snapshot is infected: the intruder has had a shell for hours. The other one is clean."""
    devices = {d["DeviceName"]: d["Ebs"]["VolumeId"] for d in instance()["BlockDeviceMappings"]}
    root = devices[instance()["RootDeviceName"]]
    made = ec2.create_snapshots(InstanceSpecification={"InstanceId": INSTANCE})["Snapshots"]
    region = ec2.meta.region_name
    arns = {s["VolumeId"]: f"arn:aws:ec2:{region}::snapshot/{s['SnapshotId']}" for s in made}
    early = guardduty.start_malware_scan(ResourceArn=arns[root])["ScanId"]

    def ended(scan):
        shown = guardduty.get_malware_scan(ScanId=scan)
        return shown if shown["ScanStatus"] != "RUNNING" else None

    failed = until(lambda: ended(early))
    assert (failed["ScanStatus"], failed["ScanStatusReason"]) == ("FAILED", "RESOURCE_UNAVAILABLE"), failed
    ec2.get_waiter("snapshot_completed").wait(
        SnapshotIds=[s["SnapshotId"] for s in made], WaiterConfig={"Delay": 0, "MaxAttempts": 400}
    )
    for volume, arn in arns.items():
        scan = guardduty.start_malware_scan(ResourceArn=arn, ClientToken=f"token-{volume}")["ScanId"]
        assert guardduty.start_malware_scan(ResourceArn=arn, ClientToken=f"token-{volume}")["ScanId"] == scan
        refused("ConflictException", guardduty.start_malware_scan, ResourceArn=arn)
        running = guardduty.get_malware_scan(ScanId=scan)
        assert running["ScanStatus"] == "RUNNING" and "ScanResultDetails" not in running
        done = until(lambda: ended(scan))
        assert done["ResourceType"] == "EBS_SNAPSHOT" and done["ScanCompletedAt"] > done["ScanStartedAt"]
        result = "THREATS_FOUND" if volume == root else "NO_THREATS_FOUND"
        assert done["ScanResultDetails"]["ScanResultStatus"] == result, (volume, done)
        criteria = {
            "ListMalwareScansFilterCriterion": [
                {"ListMalwareScansCriterionKey": "RESOURCE_ARN", "FilterCondition": {"EqualsValue": arn}}
            ]
        }
        listed = guardduty.list_malware_scans(FilterCriteria=criteria)["Scans"]
        assert listed[0]["ScanId"] == scan and listed[0]["ScanResultStatus"] == result, listed
    # A copy is of no volume any more, but it holds the same.
    source = {s["VolumeId"]: s["SnapshotId"] for s in made}[root]
    copy = ec2.copy_snapshot(SourceRegion=region, SourceSnapshotId=source)["SnapshotId"]
    ec2.get_waiter("snapshot_completed").wait(SnapshotIds=[copy], WaiterConfig={"Delay": 0, "MaxAttempts": 400})
    scan = guardduty.start_malware_scan(ResourceArn=f"arn:aws:ec2:{region}::snapshot/{copy}")["ScanId"]
    assert until(lambda: ended(scan))["ScanResultDetails"]["ScanResultStatus"] == "THREATS_FOUND"
    arn = f"arn:aws:ec2:{region}:{account}:instance/{INSTANCE}"
    whole = guardduty.start_malware_scan(ResourceArn=arn)["ScanId"]
    until(lambda: ended(whole))
    detector = guardduty.list_detectors()["DetectorIds"][0]
    shown = guardduty.describe_malware_scans(DetectorId=detector)["Scans"]
    assert [s["ScanResultDetails"]["ScanResult"] for s in shown] == ["INFECTED"], shown
    nobody = f"arn:aws:ec2:{region}::snapshot/snap-00000000000000000"
    refused("BadRequestException", guardduty.start_malware_scan, ResourceArn=nobody)
    refused("ResourceNotFoundException", guardduty.get_malware_scan, ScanId="0" * 32)


def records():
    trail = cloudtrail.describe_trails()["trailList"][0]
    status = cloudtrail.get_trail_status(Name=trail["TrailARN"])
    assert status["IsLogging"] is True and status["StartLoggingTime"]
    refused("TrailNotFoundException", cloudtrail.get_trail_status, Name="nothing")
    wanted = [{"AttributeKey": "ResourceName", "AttributeValue": INSTANCE}]

    def mine():
        events = cloudtrail.lookup_events(LookupAttributes=wanted)["Events"]
        return [e for e in events if e["EventName"] == "CreateSnapshots"]

    event = until(mine)[0]
    record = json.loads(event["CloudTrailEvent"])
    assert record["userIdentity"]["arn"].endswith(":user/responder")
    assert "Boto3" in record["userAgent"] and event["ReadOnly"] == "false"
    pages = cloudtrail.get_paginator("lookup_events").paginate(
        StartTime=event["EventTime"] - datetime.timedelta(minutes=30), EndTime=event["EventTime"]
    )
    seen = [e["EventId"] for page in pages for e in page["Events"]]
    assert len(seen) == len(set(seen)) and event["EventId"] in seen
    refused("InvalidLookupAttributesException", cloudtrail.lookup_events, LookupAttributes=wanted * 2)

    groups = logs.describe_log_groups(logGroupNamePrefix="/var/log/")["logGroups"]
    name = groups[0]["logGroupName"]
    streams = logs.describe_log_streams(logGroupName=name, orderBy="LastEventTime", descending=True)["logStreams"]
    assert INSTANCE in [s["logStreamName"] for s in streams]
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=name, logStreamNames=[INSTANCE], filterPattern="Failed", PaginationConfig={"PageSize": 25}
    )
    failed = [e for page in pages for e in page["events"]]
    assert failed and all("Failed" in e["message"] for e in failed)
    assert len({e["eventId"] for e in failed}) == len(failed)
    accepted = logs.filter_log_events(logGroupName=name, filterPattern='"Accepted password" ?publickey ?password')
    assert accepted["events"]
    first = logs.get_log_events(logGroupName=name, logStreamName=INSTANCE, startFromHead=True, limit=3)
    second = logs.get_log_events(
        logGroupName=name, logStreamName=INSTANCE, startFromHead=True, limit=3, nextToken=first["nextForwardToken"]
    )
    assert len(first["events"]) == 3 and first["events"][-1]["timestamp"] <= second["events"][0]["timestamp"]
    refused("ResourceNotFoundException", logs.filter_log_events, logGroupName="/nothing")

    managed = ssm.describe_instance_information(Filters=[{"Key": "InstanceIds", "Values": [INSTANCE]}])
    managed = managed["InstanceInformationList"][0]
    assert managed["PingStatus"] == "Online" and managed["LastPingDateTime"]


def commands():
    """Commands in the guest, and what patch scans found."""
    document = "AWS-RunShellScript"
    script = ["set -- packed", 'echo "@@rebato 1 linux"']
    sent = ssm.send_command(
        InstanceIds=[INSTANCE], DocumentName=document, Parameters={"commands": script}, Comment="a look", TimeoutSeconds=60
    )["Command"]
    assert sent["Status"] == "Pending" and sent["InstanceIds"] == [INSTANCE]
    asked = {"CommandId": sent["CommandId"], "InstanceId": INSTANCE}
    first = ssm.get_command_invocation(**asked)
    assert first["Status"] == "InProgress" and first["ResponseCode"] == -1 and not first["StandardOutputContent"]
    ssm.get_waiter("command_executed").wait(**asked, WaiterConfig={"Delay": 0, "MaxAttempts": 10})
    done = ssm.get_command_invocation(**asked)
    assert done["ResponseCode"] == 0 and done["StandardOutputContent"].startswith("@@rebato-gzip")
    listed = ssm.list_command_invocations(CommandId=sent["CommandId"], Details=True)["CommandInvocations"]
    assert listed[0]["CommandPlugins"][0]["Output"] == done["StandardOutputContent"][:2500]
    wrong = ssm.send_command(InstanceIds=[INSTANCE], DocumentName=document, Parameters={"commands": ["reboot"]})
    asked["CommandId"] = wrong["Command"]["CommandId"]
    ssm.get_command_invocation(**asked)
    failed = ssm.get_command_invocation(**asked)
    assert failed["Status"] == "Failed" and failed["ResponseCode"] == 127 and failed["StandardErrorContent"]
    refused("InvocationDoesNotExist", ssm.get_command_invocation, CommandId=str(uuid.uuid4()), InstanceId=INSTANCE)
    send = {"Parameters": {"commands": script}}
    refused("InvalidInstanceId", ssm.send_command, InstanceIds=["i-0123456789abcdef0"], DocumentName=document, **send)
    refused("InvalidDocument", ssm.send_command, InstanceIds=[INSTANCE], DocumentName="AWS-Nothing", **send)
    windows = "AWS-RunPowerShellScript"
    refused("UnsupportedPlatformType", ssm.send_command, InstanceIds=[INSTANCE], DocumentName=windows, **send)
    assert ssm.describe_instance_patch_states(InstanceIds=[INSTANCE])["InstancePatchStates"] == []

    patches = {"InstanceIds": [INSTANCE], "DocumentName": "AWS-RunPatchBaseline"}
    refused("InvalidParameters", ssm.send_command, **patches, Parameters={"Operation": ["Explode"]})
    for operation, missing in [("Scan", 7), ("Install", 0)]:
        asked["CommandId"] = ssm.send_command(
            **patches, Parameters={"Operation": [operation], "RebootOption": ["NoReboot"]}
        )["Command"]["CommandId"]
        ssm.get_waiter("command_executed").wait(**asked, WaiterConfig={"Delay": 0, "MaxAttempts": 10})
        state = ssm.describe_instance_patch_states(InstanceIds=[INSTANCE])["InstancePatchStates"][0]
        assert (state["Operation"], state["MissingCount"]) == (operation, missing)

    def text(words):
        return base64.b64encode(words.encode()).decode()

    settings = "PermitRootLogin no\n"
    wanted = hashlib.sha256(settings.encode()).hexdigest()
    change = [
        "task=set", "had=absent", f"wanted={wanted}", f"content={text(settings)}", f"expect={text('permitrootlogin no')}",
        "minutes=10", "# Rebato's change of sshd",
    ]
    for lines, said in [(change, "set"), (change, "already"), (["task=confirm", *change[1:]], "confirmed")]:
        asked["CommandId"] = ssm.send_command(
            InstanceIds=[INSTANCE], DocumentName=document, Parameters={"commands": lines}
        )["Command"]["CommandId"]
        ssm.get_waiter("command_executed").wait(**asked, WaiterConfig={"Delay": 0, "MaxAttempts": 10})
        assert ssm.get_command_invocation(**asked)["StandardOutputContent"] == f"@@sshd {said}\n"


def metrics():
    def asked(name, statistic, instance=INSTANCE):
        metric = {
            "Namespace": "AWS/EC2",
            "MetricName": name,
            "Dimensions": [{"Name": "InstanceId", "Value": instance}],
        }
        return {
            "Id": name.lower(),
            "Label": f"{name} {statistic}",
            "MetricStat": {"Metric": metric, "Period": 300, "Stat": statistic},
        }

    end = datetime.datetime(2027, 1, 1, tzinfo=datetime.timezone.utc)
    window = {"StartTime": datetime.datetime(2026, 11, 23, tzinfo=datetime.timezone.utc), "EndTime": end}
    queries = [asked("CPUUtilization", "Average"), asked("NetworkOut", "Sum"), asked("DiskReadOps", "Sum")]
    results = cloudwatch.get_metric_data(MetricDataQueries=queries, **window)["MetricDataResults"]
    processor, sent, disk = results
    assert processor["Label"] == "CPUUtilization Average" and sent["Id"] == "networkout"
    assert len(sent["Values"]) == len(sent["Timestamps"]) > 20 and sum(sent["Values"]) > 1_000_000
    assert sent["Timestamps"] == sorted(sent["Timestamps"], reverse=True)
    assert all(0 < value <= 100 for value in processor["Values"])
    assert disk["Values"] == []
    nobody = [asked("NetworkOut", "Sum", "i-00000000000000000")]
    assert cloudwatch.get_metric_data(MetricDataQueries=nobody, **window)["MetricDataResults"][0]["Values"] == []
    backwards = {"StartTime": end, "EndTime": window["StartTime"]}
    refused("ValidationError", cloudwatch.get_metric_data, MetricDataQueries=queries, **backwards)


def defences(account):
    regions = [region["RegionName"] for region in ec2.describe_regions()["Regions"]]
    assert regions == sorted(regions) and {"eu-central-1", "us-east-1"} < set(regions), regions
    refused("InvalidParameterValue", ec2.describe_regions, RegionNames=["moon-1"])
    elsewhere = boto3.client("guardduty", region_name="eu-central-1", config=CONFIG)
    assert elsewhere.list_detectors()["DetectorIds"] == []
    refused("BadRequestException", elsewhere.get_detector, DetectorId="0" * 32)
    denied = boto3.client("guardduty", region_name="us-east-1", config=CONFIG)
    refused("AccessDeniedException", denied.list_detectors)

    assert ec2.get_snapshot_block_public_access_state()["State"] == "unblocked"
    assert ec2.describe_snapshots(OwnerIds=["self"], RestorableByUserIds=["all"])["Snapshots"] == []

    group = autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"][0]
    template = group["LaunchTemplate"]["LaunchTemplateId"]
    versions = ec2.describe_launch_template_versions(LaunchTemplateId=template, Versions=["$Latest", "$Default"])
    version = versions["LaunchTemplateVersions"][0]
    assert version["DefaultVersion"] and version["LaunchTemplateId"] == template
    data = version["LaunchTemplateData"]
    assert data["MetadataOptions"]["HttpTokens"] == "optional"
    assert data["NetworkInterfaces"][0]["Groups"][0].startswith("sg-")
    assert data["BlockDeviceMappings"][0]["Ebs"]["Encrypted"] is False
    refused(
        "InvalidLaunchTemplateId.NotFound",
        ec2.describe_launch_template_versions,
        LaunchTemplateId="lt-00000000000000000",
    )

    selectors = cloudtrail.get_event_selectors(TrailName="management")
    assert selectors["EventSelectors"][0]["ReadWriteType"] == "All"
    refused("TrailNotFoundException", cloudtrail.get_event_selectors, TrailName="nothing")
    assert logs.describe_metric_filters()["metricFilters"] == []
    assert cloudwatch.describe_alarms(AlarmTypes=["MetricAlarm"])["MetricAlarms"] == []

    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
    policy = iam.get_policy(PolicyArn=admin)["Policy"]
    assert policy["PolicyName"] == "AdministratorAccess" and policy["Path"] == "/"
    version = iam.get_policy_version(PolicyArn=admin, VersionId=policy["DefaultVersionId"])["PolicyVersion"]
    assert version["Document"]["Statement"][0]["Action"] == "*"
    refused("NoSuchEntity", iam.get_policy, PolicyArn=f"arn:aws:iam::{account}:policy/none")


def query_logs(vpc):
    of_vpc = [{"Name": "ResourceId", "Values": [vpc]}]
    found = resolver.list_resolver_query_log_config_associations(Filters=of_vpc)
    assert found["TotalFilteredCount"] == 1
    association = found["ResolverQueryLogConfigAssociations"][0]
    assert association["ResourceId"] == vpc and association["Status"] == "ACTIVE"
    config = association["ResolverQueryLogConfigId"]
    config = resolver.get_resolver_query_log_config(ResolverQueryLogConfigId=config)["ResolverQueryLogConfig"]
    assert ":log-group:/aws/route53/resolver" in config["DestinationArn"]
    other = [{"Name": "ResourceId", "Values": ["vpc-0"]}]
    assert resolver.list_resolver_query_log_config_associations(Filters=other)["TotalFilteredCount"] == 0
    refused(
        "ResourceNotFoundException", resolver.get_resolver_query_log_config, ResolverQueryLogConfigId="rqlc-0"
    )
    found = secrets.get_secret_value(SecretId="rebato/services")
    assert secrets.get_secret_value(SecretId=found["ARN"])["SecretString"] == found["SecretString"]
    refused("ResourceNotFoundException", secrets.get_secret_value, SecretId="rebato/none")


def power():
    tried(ec2.stop_instances, InstanceIds=[INSTANCE])
    assert instance()["HibernationOptions"] == {"Configured": False}
    refused("UnsupportedHibernationConfiguration", ec2.stop_instances, InstanceIds=[INSTANCE], Hibernate=True)
    refused(
        "InvalidParameterCombination", ec2.stop_instances, InstanceIds=[INSTANCE], Hibernate=True, SkipOsShutdown=True
    )
    how = {"Force": True, "SkipOsShutdown": True}
    change = ec2.stop_instances(InstanceIds=[INSTANCE], **how)["StoppingInstances"][0]
    assert change["PreviousState"]["Name"] == "running" and change["CurrentState"]["Name"] == "stopping"
    assert ec2.stop_instances(InstanceIds=[INSTANCE])["StoppingInstances"][0]["PreviousState"]["Name"] == "stopping"
    ec2.get_waiter("instance_stopped").wait(InstanceIds=[INSTANCE], WaiterConfig={"Delay": 0, "MaxAttempts": 200})
    found = instance()
    assert found["StateReason"]["Code"] == "Client.UserInitiatedShutdown"
    assert ec2.describe_instance_status(InstanceIds=[INSTANCE])["InstanceStatuses"] == []
    assert ec2.describe_instance_status(InstanceIds=[INSTANCE], IncludeAllInstances=True)["InstanceStatuses"]
    refused("IncorrectInstanceState", ec2.get_console_screenshot, InstanceId=INSTANCE)
    tried(ec2.start_instances, InstanceIds=[INSTANCE])
    change = ec2.start_instances(InstanceIds=[INSTANCE])["StartingInstances"][0]
    assert change["CurrentState"]["Name"] == "pending"
    until(lambda: instance()["State"]["Name"] == "running")
    refused("OperationNotPermitted", ec2.terminate_instances, InstanceIds=[INSTANCE])
    ec2.modify_instance_attribute(InstanceId=INSTANCE, DisableApiTermination={"Value": False})
    tried(ec2.terminate_instances, InstanceIds=[INSTANCE])
    change = ec2.terminate_instances(InstanceIds=[INSTANCE])["TerminatingInstances"][0]
    assert change["CurrentState"]["Name"] == "shutting-down"
    until(lambda: instance()["State"]["Name"] == "terminated")


def desk(account):
    found = {s["code"]: s["categories"] for s in support.describe_services()["services"]}
    assert found["amazon-guardduty"][0]["code"]
    only = support.describe_services(serviceCodeList=["general-info"])["services"]
    assert [s["code"] for s in only] == ["general-info"]
    assert [s["code"] for s in support.describe_severity_levels()["severityLevels"]][0] == "low"
    letter = {
        "subject": "help", "communicationBody": "please", "serviceCode": "amazon-guardduty", "categoryCode": "other",
        "severityCode": "high", "language": "es", "issueType": "technical", "ccEmailAddresses": ["soc@example.com"],
    }
    refused("DryRunOperationException", support.create_case, **letter, dryRun=True)
    refused("ValidationException", support.create_case, **letter | {"severityCode": "huge"})
    assert support.describe_cases(includeResolvedCases=True)["cases"] == []
    made = support.create_case(**letter)["caseId"]
    case = support.describe_cases(includeResolvedCases=True)["cases"][0]
    assert case["caseId"] == made and case["subject"] == "help" and case["language"] == "es"
    incident = {
        "clientToken": "t-1", "resolverType": "AWS", "title": "help", "description": "please",
        "engagementType": "Security Incident", "reportedIncidentStartDate": datetime.datetime(2026, 11, 24, tzinfo=datetime.timezone.utc),
        "impactedAccounts": [account], "watchers": [{"email": "soc@example.com"}],
        "impactedAwsRegions": [{"region": "eu-west-1"}], "threatActorIpAddresses": [{"ipAddress": "203.0.113.7"}],
    }
    made = security.create_case(**incident)["caseId"]
    assert security.create_case(**incident)["caseId"] == made
    listed = security.list_cases()
    assert listed["total"] == 1 and listed["items"][0]["caseId"] == made
    case = security.get_case(caseId=made)
    assert case["reportedIncidentStartDate"] == incident["reportedIncidentStartDate"]
    assert case["watchers"] == incident["watchers"] and case["impactedAccounts"] == [account]
    assert case["threatActorIpAddresses"] == incident["threatActorIpAddresses"]
    refused("ResourceNotFoundException", security.get_case, caseId="9999999999")


def watches(account):
    """Alarms, metric filters and rules, made, shown, switched and deleted."""
    topic = f"arn:aws:sns:eu-west-1:{account}:soc"
    alarm = {
        "AlarmName": "busy", "Namespace": "AWS/EC2", "MetricName": "NetworkOut", "Statistic": "Sum", "Period": 300,
        "Dimensions": [{"Name": "InstanceId", "Value": INSTANCE}], "EvaluationPeriods": 1, "Threshold": 1.0,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold", "TreatMissingData": "notBreaching", "AlarmActions": [topic],
    }
    cloudwatch.put_metric_alarm(**alarm, Tags=[{"Key": "rebato:case", "Value": "C-1"}])
    band = {
        "AlarmName": "unusual", "EvaluationPeriods": 1, "ComparisonOperator": "GreaterThanUpperThreshold",
        "ThresholdMetricId": "usual", "Metrics": [
            {"Id": "m1", "ReturnData": True, "MetricStat": {
                "Metric": {"Namespace": "AWS/EC2", "MetricName": "NetworkOut",
                           "Dimensions": [{"Name": "InstanceId", "Value": INSTANCE}]},
                "Period": 300, "Stat": "Sum"}},
            {"Id": "usual", "ReturnData": True, "Expression": "ANOMALY_DETECTION_BAND(m1, 2)"},
        ],
    }
    cloudwatch.put_metric_alarm(**band)
    shown = {a["AlarmName"]: a for a in cloudwatch.describe_alarms(AlarmNames=["busy", "unusual"])["MetricAlarms"]}
    assert shown["busy"]["StateValue"] == "ALARM", "the instance talks in every period"
    for name, value in alarm.items():
        assert shown["busy"][name] == value, name
    assert shown["unusual"]["Metrics"] == band["Metrics"] and "MetricName" not in shown["unusual"]
    refused("ValidationError", cloudwatch.put_metric_alarm, **band | {"ThresholdMetricId": "other"})
    without = {name: value for name, value in alarm.items() if name != "Threshold"}
    refused("ValidationError", cloudwatch.put_metric_alarm, **without)
    state = lambda name: cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["StateValue"]
    cloudwatch.set_alarm_state(AlarmName="busy", StateValue="OK", StateReason="by hand")
    assert state("busy") == "OK"
    enabled = lambda: cloudwatch.describe_alarms(AlarmNames=["busy"])["MetricAlarms"][0]["ActionsEnabled"]
    cloudwatch.disable_alarm_actions(AlarmNames=["busy"])
    assert enabled() is False
    cloudwatch.enable_alarm_actions(AlarmNames=["busy"])
    assert enabled() is True

    group = logs.describe_log_groups()["logGroups"][0]["logGroupName"]
    counted = {"metricName": "hits", "metricNamespace": "Rebato", "metricValue": "1"}
    pattern = '[version, src="203.0.113.9" || src="203.0.113.10", action="ACCEPT"]'
    made = {"logGroupName": group, "filterName": "hits", "filterPattern": pattern, "metricTransformations": [counted]}
    logs.put_metric_filter(**made)
    logs.put_metric_filter(**made)
    found = logs.describe_metric_filters(logGroupName=group, filterNamePrefix="hits")["metricFilters"]
    assert [f["filterPattern"] for f in found] == [pattern]
    refused("InvalidParameterException", logs.put_metric_filter, **made | {"filterPattern": "[a, b"})
    refused("ResourceNotFoundException", logs.put_metric_filter, **made | {"logGroupName": "none"})
    logs.delete_metric_filter(logGroupName=group, filterName="hits")
    refused("ResourceNotFoundException", logs.delete_metric_filter, logGroupName=group, filterName="hits")

    pattern = {"source": ["aws.ec2"], "detail": {"instance-id": [INSTANCE]}}
    arn = events.put_rule(Name="states", EventPattern=json.dumps(pattern), State="ENABLED", Description="d")["RuleArn"]
    events.tag_resource(ResourceARN=arn, Tags=[{"Key": "rebato:case", "Value": "C-1"}])
    assert events.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "rebato:case", "Value": "C-1"}]
    assert events.put_targets(Rule="states", Targets=[{"Id": "1", "Arn": topic}])["FailedEntryCount"] == 0
    assert events.put_targets(Rule="states", Targets=[{"Id": "2", "Arn": "nobody"}])["FailedEntryCount"] == 1
    rule = events.describe_rule(Name="states")
    assert json.loads(rule["EventPattern"]) == pattern and rule["State"] == "ENABLED" and rule["Arn"] == arn
    events.disable_rule(Name="states")
    assert [r["State"] for r in events.list_rules(NamePrefix="sta")["Rules"]] == ["DISABLED"]
    events.enable_rule(Name="states")
    assert events.list_targets_by_rule(Rule="states")["Targets"] == [{"Id": "1", "Arn": topic}]
    refused("ValidationException", events.delete_rule, Name="states")
    assert events.remove_targets(Rule="states", Ids=["1"])["FailedEntryCount"] == 0
    events.delete_rule(Name="states")
    refused("ResourceNotFoundException", events.describe_rule, Name="states")
    refused("InvalidEventPatternException", events.put_rule, Name="bad", EventPattern="{")

    cloudwatch.delete_alarms(AlarmNames=["busy", "unusual"])
    refused("ResourceNotFound", cloudwatch.delete_alarms, AlarmNames=["busy"])


def main():
    account = identity()
    found = instances(account)
    fleet()
    attributes(found)
    vpc = network(found)
    surroundings(vpc)
    interface = groups(found, vpc)
    addresses(interface)
    evidence(found)
    flow_logs(found)
    keys(account)
    under_lock(account)
    roles(account)
    findings(account)
    malware(account)
    records()
    commands()
    metrics()
    defences(account)
    query_logs(found["VpcId"])
    desk(account)
    watches(account)
    power()
    refused("InvalidAction", ec2.describe_hosts)
    refused("InvalidAction", sts.get_session_token)


main()
