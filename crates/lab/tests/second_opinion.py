"""Asks the lab and moto, another simulation of AWS, the same things and compares how they answer: which calls succeed,
and with which code the others fail. Where the two are known to differ, AWS's own documents say the lab is right, and the
reason stands below.

Run by tests/boto.rs with the lab's address and credentials in the environment.
"""

import contextlib
import json
import os
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws

TARGET = sys.argv[1]
# The questions on which moto is known to be wrong, and what EC2 does (its guide "Error codes for the Amazon EC2 API",
# and the reference of the call).
KNOWN = {
    "delete a group in use": "DependencyViolation: moto does not look at the interfaces",
    "delete the group": "follows from the one before",
    "describe what is no instance id": "InvalidInstanceID.Malformed for what has not the form of an id",
    "tag an unknown instance": "the call fails for resources that do not exist",
    "wear an unknown group": "InvalidGroup.NotFound: moto keeps whatever it is given",
}


def clients():
    config = Config(retries={"max_attempts": 1})
    names = ["ec2", "iam", "s3", "logs", "elbv2", "cloudtrail", "guardduty", "sts", "autoscaling", "kms"]
    return {name: boto3.client(name, config=config) for name in names}


def moto_account(aws):
    """An account with what the lab's has; answers the ids to ask with."""
    ec2, iam = aws["ec2"], aws["iam"]
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    image = ec2.describe_images()["Images"][0]["ImageId"]
    instance = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnet)["Instances"][0]
    interface = instance["NetworkInterfaces"][0]["NetworkInterfaceId"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.associate_address(AllocationId=address, NetworkInterfaceId=interface)
    iam.create_role(RoleName="app", AssumeRolePolicyDocument=json.dumps({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }))
    iam.create_instance_profile(InstanceProfileName="app")
    iam.add_role_to_instance_profile(InstanceProfileName="app", RoleName="app")
    ec2.associate_iam_instance_profile(IamInstanceProfile={"Name": "app"}, InstanceId=instance["InstanceId"])
    region = {"LocationConstraint": ec2.meta.region_name}
    aws["s3"].create_bucket(Bucket="records", CreateBucketConfiguration=region)
    aws["guardduty"].create_detector(Enable=True)
    return instance["InstanceId"]


def questions(aws, instance):
    """Asks; yields what was asked and how it was answered."""
    ec2, iam, s3, logs = aws["ec2"], aws["iam"], aws["s3"], aws["logs"]

    def ask(name, call, **arguments):
        try:
            call(**arguments)
            answers[name] = "ok"
        except ClientError as error:
            answers[name] = error.response["Error"]["Code"]

    answers = {}
    found = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
    vpc, interface = found["VpcId"], found["NetworkInterfaces"][0]["NetworkInterfaceId"]
    groups = [group["GroupId"] for group in found["SecurityGroups"]]
    nobody = "0" * 17

    ask("describe an unknown instance", ec2.describe_instances, InstanceIds=[f"i-{nobody}"])
    ask("describe what is no instance id", ec2.describe_instances, InstanceIds=["shop"])
    ask("stop an unknown instance", ec2.stop_instances, InstanceIds=[f"i-{nobody}"])
    ask("try to stop", ec2.stop_instances, InstanceIds=[instance], DryRun=True)
    ask("describe an unknown interface", ec2.describe_network_interfaces, NetworkInterfaceIds=[f"eni-{nobody}"])
    ask("describe an unknown group", ec2.describe_security_groups, GroupIds=[f"sg-{nobody}"])
    ask("describe an unknown snapshot", ec2.describe_snapshots, SnapshotIds=[f"snap-{nobody}"])
    ask("describe an unknown volume", ec2.describe_volumes, VolumeIds=[f"vol-{nobody}"])
    ask("describe an unknown address", ec2.describe_addresses, AllocationIds=[f"eipalloc-{nobody}"])
    ask("describe an unknown vpc", ec2.describe_vpcs, VpcIds=[f"vpc-{nobody}"])
    ask("describe an unknown subnet", ec2.describe_subnets, SubnetIds=[f"subnet-{nobody}"])

    made = ec2.create_security_group(GroupName="opinion", Description="d", VpcId=vpc)["GroupId"]
    ask("make a group twice", ec2.create_security_group, GroupName="opinion", Description="d", VpcId=vpc)
    rule = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "198.51.100.0/24"}]}]
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    ask("let something in", ec2.authorize_security_group_ingress, GroupId=made, IpPermissions=rule)
    ask("let the same in again", ec2.authorize_security_group_ingress, GroupId=made, IpPermissions=rule)
    ask("let everything out as it is already", ec2.authorize_security_group_egress, GroupId=made, IpPermissions=everything)
    ask("take it back", ec2.revoke_security_group_ingress, GroupId=made, IpPermissions=rule)
    ask("take it back again", ec2.revoke_security_group_ingress, GroupId=made, IpPermissions=rule)
    ask("take back what all groups have", ec2.revoke_security_group_egress, GroupId=made, IpPermissions=everything)
    ask("wear the group", ec2.modify_network_interface_attribute, NetworkInterfaceId=interface, Groups=[made])
    ask("wear an unknown group", ec2.modify_network_interface_attribute, NetworkInterfaceId=interface, Groups=[f"sg-{nobody}"])
    ask("delete a group in use", ec2.delete_security_group, GroupId=made)
    ask("wear the old groups", ec2.modify_network_interface_attribute, NetworkInterfaceId=interface, Groups=groups)
    ask("delete the group", ec2.delete_security_group, GroupId=made)
    ask("delete the group again", ec2.delete_security_group, GroupId=made)

    address = ec2.describe_addresses(Filters=[{"Name": "network-interface-id", "Values": [interface]}])["Addresses"][0]
    association = address["AssociationId"]
    ask("take the address off", ec2.disassociate_address, AssociationId=association)
    ask("associate an unknown address", ec2.associate_address, AllocationId=f"eipalloc-{nobody}", NetworkInterfaceId=interface)
    ask("put the address back", ec2.associate_address, AllocationId=address["AllocationId"], NetworkInterfaceId=interface)

    ask("snapshot the volumes", ec2.create_snapshots, InstanceSpecification={"InstanceId": instance})
    ask("snapshot an unknown volume", ec2.create_snapshot, VolumeId=f"vol-{nobody}")
    ask("tag", ec2.create_tags, Resources=[instance], Tags=[{"Key": "k", "Value": "v"}])
    ask("tag an unknown instance", ec2.create_tags, Resources=[f"i-{nobody}"], Tags=[{"Key": "k", "Value": "v"}])
    ask("untag", ec2.delete_tags, Resources=[instance], Tags=[{"Key": "k"}])

    acl = ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["NetworkAcls"][0]["NetworkAclId"]
    entry = {"NetworkAclId": acl, "RuleNumber": 7, "Egress": False}
    deny = {"Protocol": "-1", "RuleAction": "deny", "CidrBlock": "203.0.113.0/24"}
    ask("deny in the acl", ec2.create_network_acl_entry, **entry, **deny)
    ask("deny in the acl again", ec2.create_network_acl_entry, **entry, **deny)
    ask("undo it", ec2.delete_network_acl_entry, **entry)

    profile = found.get("IamInstanceProfile", {}).get("Arn", "/app").split("/")[-1]
    role = iam.get_instance_profile(InstanceProfileName=profile)["InstanceProfile"]["Roles"][0]["RoleName"]
    ask("associate the same profile again", ec2.associate_iam_instance_profile,
        InstanceId=instance, IamInstanceProfile={"Name": profile})
    ask("get an unknown role", iam.get_role, RoleName="nobody")
    ask("get an unknown profile", iam.get_instance_profile, InstanceProfileName="nobody")
    ask("get an unknown policy", iam.get_role_policy, RoleName=role, PolicyName="nothing")
    ask("delete an unknown policy", iam.delete_role_policy, RoleName=role, PolicyName="nothing")
    ask("put a broken policy", iam.put_role_policy, RoleName=role, PolicyName="p", PolicyDocument="{")
    policy = {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}
    ask("put a policy", iam.put_role_policy, RoleName=role, PolicyName="p", PolicyDocument=json.dumps(policy))
    ask("delete the policy", iam.delete_role_policy, RoleName=role, PolicyName="p")

    ask("put a policy of nobody", iam.put_role_policy, RoleName="nobody", PolicyName="p", PolicyDocument=json.dumps(policy))
    nameless = {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Resource": "*"}}
    ask("put a policy without action", iam.put_role_policy, RoleName=role, PolicyName="p", PolicyDocument=json.dumps(nameless))
    ask("describe an unknown key", aws["kms"].describe_key, KeyId="00000000-0000-4000-8000-000000000000")
    ask("describe an unknown alias", aws["kms"].describe_key, KeyId="alias/nothing")

    plain = [b["Name"] for b in s3.list_buckets()["Buckets"] if "evidence" not in b["Name"]][0]
    ask("ask a plain bucket for its lock", s3.get_object_lock_configuration, Bucket=plain)
    ask("put an object", s3.put_object, Bucket=plain, Key="k", Body=b"x")
    ask("put it again as new", s3.put_object, Bucket=plain, Key="k", Body=b"x", IfNoneMatch="*")
    ask("lock an object in a plain bucket", s3.put_object, Bucket=plain, Key="k", Body=b"x",
        ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate="2036-01-01T00:00:00Z")
    ask("delete the object", s3.delete_object, Bucket=plain, Key="k")
    ask("delete it again", s3.delete_object, Bucket=plain, Key="k")
    ask("get an unknown version", s3.get_object, Bucket=plain, Key="k", VersionId="nothing")
    bucket = s3.list_buckets()["Buckets"][0]["Name"]
    ask("get an unknown object", s3.get_object, Bucket=bucket, Key="nothing")
    ask("head an unknown object", s3.head_object, Bucket=bucket, Key="nothing")
    ask("list an unknown bucket", s3.list_objects_v2, Bucket="nobody-has-this-bucket")
    ask("head an unknown bucket", s3.head_bucket, Bucket="nobody-has-this-bucket")
    ask("read an unknown log group", logs.filter_log_events, logGroupName="/nothing")
    ask("list the streams of an unknown log group", logs.describe_log_streams, logGroupName="/nothing")
    ask("ask for an unknown trail", aws["cloudtrail"].get_trail_status, Name="nothing")
    ask("ask for an unknown target group", aws["elbv2"].describe_target_groups, Names=["nothing"])
    ask("ask for an unknown load balancer", aws["elbv2"].describe_load_balancers, Names=["nothing"])
    ask("ask for an unknown scaling group", aws["autoscaling"].describe_auto_scaling_groups, AutoScalingGroupNames=["nothing"])
    ask("who am I", aws["sts"].get_caller_identity)
    ask("stop", ec2.stop_instances, InstanceIds=[instance])
    return answers


@contextlib.contextmanager
def without_the_lab():
    endpoint = os.environ.pop("AWS_ENDPOINT_URL")
    with mock_aws():
        yield
    os.environ["AWS_ENDPOINT_URL"] = endpoint


with without_the_lab():
    aws = clients()
    theirs = questions(aws, moto_account(aws))
ours = questions(clients(), TARGET)
different = {name: (ours[name], theirs[name]) for name in ours if ours[name] != theirs[name]}
surprising = {name: pair for name, pair in different.items() if name not in KNOWN}
stale = set(KNOWN) - set(different)
for name, (our, their) in sorted(surprising.items()):
    print(f"{name}: the lab says {our}, moto says {their}", file=sys.stderr)
for name in sorted(stale):
    print(f"{name}: no longer different; take it off the list", file=sys.stderr)
sys.exit(1 if surprising or stale else 0)
