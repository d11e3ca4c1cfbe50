"""An account of moto's for one test: serves it on a free port of loopback and obeys lines on standard input.

It ends when standard input does, so it never outlives the test that started it.
Answers are JSON, one line each: first the endpoint, then an answer a command.
"""

import json
import sys

import boto3
from moto import settings
from moto.iam.access_control import IAMRequestBase
from moto.server import ThreadedMotoServer

REGION = "us-east-1"


def client(endpoint, service):
    return boto3.client(
        service,
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )


def setup(ec2):
    """A web server with two interfaces, two volumes, an Elastic IP and a group that is open on port 22.

    Two of moto's own ways are gone round. It answers a change of the shutdown behaviour and ignores it, so that is the
    harmless one from the start. It adds an instance's groups to those of its interfaces for ever, so the groups are
    given to the interfaces, and the instance is launched on them.
    """
    vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.20.1.0/24")["Subnet"]["SubnetId"]
    groups = []
    for name, port in (("web", 443), ("admin", 22)):
        group = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
        ec2.authorize_security_group_ingress(
            GroupId=group,
            IpPermissions=[
                {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
            ],
        )
        groups.append(group)
    interfaces = [
        ec2.create_network_interface(SubnetId=subnet, Groups=chosen)["NetworkInterface"]
        for chosen in (groups, groups[:1])
    ]
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    instance = ec2.run_instances(
        ImageId=image,
        InstanceType="t3.micro",
        MinCount=1,
        MaxCount=1,
        NetworkInterfaces=[
            {"DeviceIndex": index, "NetworkInterfaceId": interface["NetworkInterfaceId"]}
            for index, interface in enumerate(interfaces)
        ],
        BlockDeviceMappings=[
            {"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 8, "DeleteOnTermination": True}},
            {"DeviceName": "/dev/sdf", "Ebs": {"VolumeSize": 20, "DeleteOnTermination": True}},
        ],
        TagSpecifications=[
            {
                "ResourceType": "instance",
                "Tags": [{"Key": "Name", "Value": "web-3"}, {"Key": "owner", "Value": "<b>\u202eshop</b>"}],
            }
        ],
    )["Instances"][0]
    primary = interfaces[0]["NetworkInterfaceId"]
    address = ec2.allocate_address(Domain="vpc")
    ec2.associate_address(AllocationId=address["AllocationId"], NetworkInterfaceId=primary)
    return {
        "instance": instance["InstanceId"],
        "vpc": vpc,
        "subnet": subnet,
        "primary": primary,
        "private_ip": interfaces[0]["PrivateIpAddress"],
        "public_ip": address["PublicIp"],
    }


def look(ec2, instance):
    """What the test compares: the instance as another client sees it."""
    found = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
    mine = [{"Name": "attachment.instance-id", "Values": [instance]}]
    interfaces = ec2.describe_network_interfaces(Filters=mine)["NetworkInterfaces"]
    groups = {
        group["GroupId"]: {
            "name": group["GroupName"],
            "ingress": len(group["IpPermissions"]),
            "egress": len(group["IpPermissionsEgress"]),
        }
        for group in ec2.describe_security_groups()["SecurityGroups"]
    }
    attribute = ec2.describe_instance_attribute
    protected = attribute(InstanceId=instance, Attribute="disableApiTermination")["DisableApiTermination"]["Value"]
    shutdown = attribute(InstanceId=instance, Attribute="instanceInitiatedShutdownBehavior")
    snapshots = ec2.describe_snapshots(OwnerIds=["self"], Filters=[{"Name": "tag:rebato:instance", "Values": [instance]}])
    return {
        "state": found["State"]["Name"],
        "tags": {tag["Key"]: tag["Value"] for tag in found.get("Tags", [])},
        "interfaces": {
            interface["NetworkInterfaceId"]: sorted(group["GroupId"] for group in interface["Groups"])
            for interface in interfaces
        },
        "addresses": {
            address["AllocationId"]: address.get("NetworkInterfaceId") or None
            for address in ec2.describe_addresses()["Addresses"]
        },
        "volumes": sorted(mapping["Ebs"]["VolumeId"] for mapping in found["BlockDeviceMappings"]),
        "kept_on_termination": sorted(
            mapping["Ebs"]["VolumeId"]
            for mapping in found["BlockDeviceMappings"]
            if not mapping["Ebs"]["DeleteOnTermination"]
        ),
        "protected": protected,
        "shutdown": shutdown["InstanceInitiatedShutdownBehavior"]["Value"],
        "snapshots": sorted(snapshot["VolumeId"] for snapshot in snapshots["Snapshots"]),
        "groups": groups,
    }


def enforce(iam, file, without=None):
    """From now on only this policy's actions are allowed, less one where it is named; the keys of a user who has it.

    moto looks at each call's action alone. It calls CloudWatch `monitoring`, so that what the policy allows as `cloudwatch:`
    is denied: a gap, which is told. It asks for the permission before it looks at `DryRun`, as AWS does, and says
    `AccessDenied` where EC2 says `UnauthorizedOperation`. It has no `SimulatePrincipalPolicy`: what EC2 does not try stays
    unknown. It writes a form anew before it checks the signature, with other escapes than the SDK, so that good signatures
    fail: the check is left out.
    """
    IAMRequestBase.check_signature = lambda request: None
    with open(file, encoding="utf-8") as opened:
        policy = json.load(opened)
    for statement in policy["Statement"]:
        if statement["Effect"] == "Allow" and isinstance(statement["Action"], list):
            statement["Action"] = [action for action in statement["Action"] if action != without]
    user = "responder-without-" + (without or "nothing").replace(":", "-")
    iam.create_user(UserName=user)
    made = iam.create_policy(PolicyName=user, PolicyDocument=json.dumps(policy))
    iam.attach_user_policy(UserName=user, PolicyArn=made["Policy"]["Arn"])
    key = iam.create_access_key(UserName=user)["AccessKey"]
    return {"id": key["AccessKeyId"], "secret": key["SecretAccessKey"]}


def main():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    ec2, iam = client(endpoint, "ec2"), client(endpoint, "iam")
    print(json.dumps(endpoint), flush=True)
    enforced = everything = settings.INITIAL_NO_AUTH_ACTION_COUNT
    for line in sys.stdin:
        command, *arguments = line.split()
        # What is asked for here is no call of the program's.
        settings.INITIAL_NO_AUTH_ACTION_COUNT = everything
        if command == "setup":
            answer = setup(ec2)
        elif command == "enforce":
            answer, enforced = enforce(iam, *arguments), 0
        else:
            answer = look(ec2, *arguments)
        settings.INITIAL_NO_AUTH_ACTION_COUNT = enforced
        print(json.dumps(answer), flush=True)


main()
