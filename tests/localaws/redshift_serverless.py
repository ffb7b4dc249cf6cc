"""Amazon Redshift Serverless in memory: namespaces, workgroups, usage limits and tags. moto has none of it."""

import uuid
from datetime import UTC, datetime

from tests.localaws.modelled import Fault, Members, ModelledService

PORT = 5439
BASE_CAPACITY_RPU = 128


class RedshiftServerless(ModelledService):
    service = "redshift-serverless"

    def __init__(self, region: str, account: str) -> None:
        super().__init__(region, account)
        self.namespaces: dict[str, Members] = {}
        self.workgroups: dict[str, Members] = {}
        self.limits: dict[str, Members] = {}
        self.tags: dict[str, dict[str, str]] = {}

    # Namespaces

    def create_namespace(self, asked: Members) -> Members:
        name = asked["namespaceName"]
        if name in self.namespaces:
            raise Fault("ConflictException", f"The namespace {name} already exists.")
        made = self.made("namespace", asked)
        self.namespaces[name] = {"dbName": "dev", "logExports": []} | made | self.namespace_settings(asked)
        return {"namespace": self.namespaces[name]}

    def namespace_settings(self, asked: Members) -> Members:
        """The settings as they are told: of a role whether it is attached yet. (The model has no password to tell.)"""
        told = dict(asked)
        if "iamRoles" in asked:
            told["iamRoles"] = [f"IamRole(applyStatus=in-sync, iamRoleArn={arn})" for arn in asked["iamRoles"]]
        if asked.get("manageAdminPassword"):
            secret = f"secret:redshift!{asked['namespaceName']}-admin"
            told["adminPasswordSecretArn"] = f"arn:aws:secretsmanager:{self.region}:{self.account}:{secret}"
        return told

    def get_namespace(self, asked: Members) -> Members:
        return {"namespace": self.found(self.namespaces, asked["namespaceName"])}

    def update_namespace(self, asked: Members) -> Members:
        namespace = self.found(self.namespaces, asked["namespaceName"])
        namespace |= self.namespace_settings(asked)
        return {"namespace": namespace}

    def delete_namespace(self, asked: Members) -> Members:
        namespace = self.found(self.namespaces, asked["namespaceName"])
        name = namespace["namespaceName"]
        users = [one["workgroupName"] for one in self.workgroups.values() if one["namespaceName"] == name]
        if users:
            raise Fault("ConflictException", f"The namespace {name} has the workgroup {', '.join(users)}.")
        self.tags.pop(namespace["namespaceArn"])
        return {"namespace": self.namespaces.pop(name)}

    def list_namespaces(self, asked: Members) -> Members:
        return {"namespaces": list(self.namespaces.values())}

    # Workgroups

    def create_workgroup(self, asked: Members) -> Members:
        name = asked["workgroupName"]
        self.found(self.namespaces, asked["namespaceName"])
        if name in self.workgroups:
            raise Fault("ConflictException", f"The workgroup {name} already exists.")
        host = f"{name}.{self.account}.{self.region}.redshift-serverless.amazonaws.com"
        port = asked.get("port", PORT)
        self.workgroups[name] = {
            "baseCapacity": BASE_CAPACITY_RPU,
            "configParameters": [],
            "endpoint": {"address": host, "port": port, "vpcEndpoints": []},
            "enhancedVpcRouting": False,
            "port": port,
            "publiclyAccessible": False,
            "securityGroupIds": [],
            "subnetIds": [],
            "trackName": "current",
        }
        self.workgroups[name] |= self.made("workgroup", asked) | asked
        return {"workgroup": self.workgroups[name]}

    def get_workgroup(self, asked: Members) -> Members:
        return {"workgroup": self.found(self.workgroups, asked["workgroupName"])}

    def update_workgroup(self, asked: Members) -> Members:
        workgroup = self.found(self.workgroups, asked["workgroupName"])
        workgroup |= asked
        return {"workgroup": workgroup}

    def delete_workgroup(self, asked: Members) -> Members:
        workgroup = self.found(self.workgroups, asked["workgroupName"])
        self.tags.pop(workgroup["workgroupArn"])
        return {"workgroup": self.workgroups.pop(workgroup["workgroupName"])}

    def list_workgroups(self, asked: Members) -> Members:
        return {"workgroups": list(self.workgroups.values())}

    # Usage limits

    def create_usage_limit(self, asked: Members) -> Members:
        if asked["resourceArn"] not in self.tags:
            raise Fault("ResourceNotFoundException", f"{asked['resourceArn']} does not exist.")
        same = {(one["resourceArn"], one["usageType"], one["period"]) for one in self.limits.values()}
        asked = {"period": "monthly", "breachAction": "log"} | asked
        if (asked["resourceArn"], asked["usageType"], asked["period"]) in same:
            raise Fault("ConflictException", f"{asked['resourceArn']} has a limit of this kind and period.")
        made = str(uuid.uuid4())
        self.limits[made] = asked | {"usageLimitId": made, "usageLimitArn": self.arn("usagelimit", made)}
        return {"usageLimit": self.limits[made]}

    def get_usage_limit(self, asked: Members) -> Members:
        return {"usageLimit": self.found(self.limits, asked["usageLimitId"])}

    def update_usage_limit(self, asked: Members) -> Members:
        limit = self.found(self.limits, asked["usageLimitId"])
        limit |= asked
        return {"usageLimit": limit}

    def delete_usage_limit(self, asked: Members) -> Members:
        self.found(self.limits, asked["usageLimitId"])
        return {"usageLimit": self.limits.pop(asked["usageLimitId"])}

    def list_usage_limits(self, asked: Members) -> Members:
        return {"usageLimits": list(self.limits.values())}

    # Tags

    def list_tags_for_resource(self, asked: Members) -> Members:
        tags = self.found(self.tags, asked["resourceArn"])
        return {"tags": [{"key": key, "value": value} for key, value in tags.items()]}

    def tag_resource(self, asked: Members) -> None:
        self.found(self.tags, asked["resourceArn"]).update({tag["key"]: tag["value"] for tag in asked["tags"]})

    def untag_resource(self, asked: Members) -> None:
        for key in asked["tagKeys"]:
            self.found(self.tags, asked["resourceArn"]).pop(key, None)

    # What they share

    def made(self, kind: str, asked: Members) -> Members:
        """The members that the service adds to a new namespace or workgroup: it is available at once."""
        made = str(uuid.uuid4())
        arn = self.arn(kind, made)
        self.tags[arn] = {tag["key"]: tag["value"] for tag in asked.get("tags", [])}
        common = {"status": "AVAILABLE", "creationDate": datetime.now(UTC)}
        return common | {f"{kind}Id": made, f"{kind}Arn": arn}

    def found(self, kept: dict[str, Members], name: str) -> Members:
        if name not in kept:
            raise Fault("ResourceNotFoundException", f"{name} does not exist.")
        return kept[name]
