"""Holds raw answers against the service models: no unknown field, no missing one, no value of the wrong type.

boto3 forgives most of this; the Rust SDK does not.
"""

import json
import re
import xml.etree.ElementTree as ElementTree

ISO = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")


def name_of(key, shape):
    return shape.serialization.get("name", key)


class Checker:
    def __init__(self, operation):
        self.operation = operation
        self.problems = []

    def problem(self, path, what):
        self.problems.append(f"{self.operation}: {path}: {what}")

    def scalar(self, shape, text, path):
        kind = shape.type_name
        if kind in ("integer", "long") and not re.fullmatch(r"-?\d+", text):
            self.problem(path, f"{text!r} is no whole number")
        if kind == "boolean" and text not in ("true", "false"):
            self.problem(path, f"{text!r} is no boolean")
        if kind == "timestamp" and not ISO.match(text):
            self.problem(path, f"{text!r} is no time")
        self.enum(shape, text, path)

    def enum(self, shape, text, path):
        if getattr(shape, "enum", None) and text not in shape.enum:
            self.problem(path, f"{text!r} is none of {shape.enum}")

    def xml(self, shape, element, path):
        if shape.type_name == "structure":
            members = {name_of(key, member): (key, member) for key, member in shape.members.items()}
            seen = set()
            for child in element:
                tag = child.tag.split("}")[-1]
                if tag not in members:
                    self.problem(path, f"unknown element {tag}")
                    continue
                key, member = members[tag]
                flat = member.serialization.get("flattened")
                if key in seen and not flat:
                    self.problem(path, f"{tag} twice")
                seen.add(key)
                self.xml(member.member if flat else member, child, f"{path}.{tag}")
            for key in set(shape.required_members) - seen:
                self.problem(path, f"{key} is missing")
        elif shape.type_name == "list":
            wanted = shape.member.serialization.get("name", "member")
            for child in element:
                if child.tag.split("}")[-1] != wanted:
                    self.problem(path, f"{child.tag} in a list of {wanted}")
                self.xml(shape.member, child, f"{path}[]")
        else:
            if len(element):
                self.problem(path, "elements where there should be text")
            self.scalar(shape, element.text or "", path)

    def json(self, shape, value, path):
        kind = shape.type_name
        if kind == "structure":
            if not isinstance(value, dict):
                return self.problem(path, f"{value!r} is no object")
            members = {name_of(key, member): (key, member) for key, member in shape.members.items()}
            for key, child in value.items():
                if key not in members:
                    # Findings carry here what the model only knows as text within `value`.
                    if not path.endswith(".additionalInfo"):
                        self.problem(path, f"unknown field {key}")
                elif child is not None:
                    self.json(members[key][1], child, f"{path}.{key}")
            present = {members[key][0] for key in value if key in members}
            for key in set(shape.required_members) - present:
                self.problem(path, f"{key} is missing")
        elif kind == "list":
            if not isinstance(value, list):
                return self.problem(path, f"{value!r} is no list")
            for child in value:
                self.json(shape.member, child, f"{path}[]")
        elif kind == "map":
            for child in value.values():
                self.json(shape.value, child, f"{path}{{}}")
        else:
            types = {
                "string": str, "boolean": bool, "integer": int, "long": int,
                "double": (int, float), "float": (int, float), "timestamp": (int, float),
            }
            if not isinstance(value, types[kind]) or (kind != "boolean" and isinstance(value, bool)):
                self.problem(path, f"{value!r} is no {kind}")
            elif kind == "string":
                self.enum(shape, value, path)


def watch(client):
    """Checks each success that the client receives from now on."""

    def check(http_response, parsed, model, **_):
        shape = model.output_shape
        if http_response.status_code >= 300 or shape is None or model.has_streaming_output:
            return
        checker = Checker(f"{client.meta.service_model.service_name}:{model.name}")
        # What is spoken, where the model offers several.
        protocol = client.meta.service_model.resolved_protocol
        body = http_response.content
        if protocol in ("json", "rest-json"):
            checker.json(shape, json.loads(body), "")
        elif body:
            root = ElementTree.fromstring(body)
            if protocol == "query":
                root = next(child for child in root if child.tag.endswith("Result"))
            for child in list(root):
                # EC2 mixes its own into the answer.
                if protocol == "ec2" and child.tag.split("}")[-1] in ("requestId", "return"):
                    root.remove(child)
            # The body may be one member of the answer, not all of it.
            shape = shape.members.get(shape.serialization.get("payload"), shape)
            if model.name != "GetBucketLocation":
                checker.xml(shape, root, "")
        assert not checker.problems, "\n".join(checker.problems)

    client.meta.events.register("after-call", check)
    return client
