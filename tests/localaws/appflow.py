"""Amazon AppFlow in memory: connector profiles, flows, their runs and tags. moto has none of it.

`run_flow(flow, execution_id)` does a run's work (it writes the objects) and returns the record's executionResult; what
it raises becomes the record's error, as in the service.
"""

import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.localaws.modelled import Fault, Members, ModelledService

RunFlow = Callable[[Members, str], Members]


def empty_run(flow: Members, execution_id: str) -> Members:
    """A run that found nothing new."""
    return {"recordsProcessed": 0, "bytesProcessed": 0, "bytesWritten": 0}


def page(rows: list[Members], asked: Members, size: int) -> tuple[list[Members], str | None]:
    """One page of the rows, and the token of the next."""
    start = int(asked.get("nextToken", 0))
    end = start + asked.get("maxResults", size)
    return rows[start:end], str(end) if end < len(rows) else None


class AppFlow(ModelledService):
    service = "appflow"

    def __init__(self, region: str, account: str, run_flow: RunFlow = empty_run) -> None:
        super().__init__(region, account)
        self.run_flow = run_flow
        self.profiles: dict[str, Members] = {}
        self.flows: dict[str, Members] = {}
        self.runs: dict[str, list[Members]] = {}
        self.tags: dict[str, dict[str, str]] = {}

    # Connector profiles

    def create_connector_profile(self, asked: Members) -> Members:
        name = asked["connectorProfileName"]
        if name in self.profiles:
            raise Fault("ConflictException", f"Connector profile {name} already exists.")
        vault = f"arn:aws:secretsmanager:{self.region}:{self.account}"
        self.profiles[name] = {
            **profile_of(asked),
            "connectorProfileName": name,
            "connectorProfileArn": self.arn("connectorprofile", name),
            "connectorType": asked["connectorType"],
            "connectorLabel": asked.get("connectorLabel"),
            "credentialsArn": f"{vault}:secret:appflow!{self.account}-{name}",
            "createdAt": datetime.now(UTC),
        }
        return self.profiles[name]

    def update_connector_profile(self, asked: Members) -> Members:
        profile = self.profile(asked["connectorProfileName"])
        profile |= profile_of(asked)
        return profile

    def describe_connector_profiles(self, asked: Members) -> Members:
        names = asked.get("connectorProfileNames") or list(self.profiles)
        kind = asked.get("connectorType")
        found = [self.profiles[name] for name in names if name in self.profiles]
        wanted = [profile for profile in found if kind in (None, profile["connectorType"])]
        rows, token = page(wanted, asked, 100)
        return {"connectorProfileDetails": rows, "nextToken": token}

    def delete_connector_profile(self, asked: Members) -> None:
        name = self.profile(asked["connectorProfileName"])["connectorProfileName"]
        sources = {flow["flowName"]: flow["sourceFlowConfig"] for flow in self.flows.values()}
        users = [flow for flow, source in sources.items() if source.get("connectorProfileName") == name]
        if users and not asked.get("forceDelete"):
            raise Fault("ConflictException", f"Connector profile {name} is used by {', '.join(users)}.")
        del self.profiles[name]

    def profile(self, name: str) -> Members:
        if name not in self.profiles:
            raise Fault("ResourceNotFoundException", f"Connector profile {name} does not exist.")
        return self.profiles[name]

    # Flows

    def create_flow(self, asked: Members) -> Members:
        name = asked["flowName"]
        if name in self.flows:
            raise Fault("ConflictException", f"Flow {name} already exists.")
        self.check(asked)
        now = datetime.now(UTC)
        self.flows[name] = asked | {
            "flowArn": self.arn("flow", name),
            "flowStatus": "Active" if is_on_demand(asked) else "Draft",
            "createdAt": now,
            "lastUpdatedAt": now,
            "schemaVersion": 1,
        }
        self.runs[name] = []
        self.tags[self.arn("flow", name)] = asked.get("tags", {})
        return self.flows[name]

    def update_flow(self, asked: Members) -> Members:
        """The whole flow is replaced; another selection of fields is another schema version."""
        flow = self.flow(asked["flowName"])
        self.check(asked)
        kept = {name: flow[name] for name in ("flowArn", "flowStatus", "createdAt", "kmsArn") if name in flow}
        version = flow["schemaVersion"] + (asked["tasks"] != flow["tasks"])
        self.flows[asked["flowName"]] = asked | kept | {"lastUpdatedAt": datetime.now(UTC), "schemaVersion": version}
        return self.flows[asked["flowName"]]

    def describe_flow(self, asked: Members) -> Members:
        flow = self.flow(asked["flowName"])
        return flow | {"tags": self.tags[flow["flowArn"]]}

    def list_flows(self, asked: Members) -> Members:
        rows, token = page([summary(self.flows[name]) for name in sorted(self.flows)], asked, 100)
        return {"flows": rows, "nextToken": token}

    def delete_flow(self, asked: Members) -> None:
        flow = self.flow(asked["flowName"])
        if flow["flowStatus"] == "Active" and not is_on_demand(flow) and not asked.get("forceDelete"):
            raise Fault("ConflictException", f"Flow {flow['flowName']} is active.")
        del self.flows[flow["flowName"]], self.runs[flow["flowName"]], self.tags[flow["flowArn"]]

    def flow(self, name: str) -> Members:
        if name not in self.flows:
            raise Fault("ResourceNotFoundException", f"Flow {name} does not exist.")
        return self.flows[name]

    def check(self, asked: Members) -> None:
        """What the service refuses and the model can't say."""
        profile = asked["sourceFlowConfig"].get("connectorProfileName")
        if profile:
            self.profile(profile)
        ends = [asked["sourceFlowConfig"]["sourceConnectorProperties"]]
        ends += [to["destinationConnectorProperties"] for to in asked["destinationFlowConfigList"]]
        if any(len(end) != 1 for end in ends):
            raise Fault("ValidationException", "Each end of a flow has the properties of exactly one connector.")
        trigger = asked["triggerConfig"]
        if (trigger["triggerType"] == "Scheduled") != bool(trigger.get("triggerProperties", {}).get("Scheduled")):
            raise Fault("ValidationException", "A schedule goes with the trigger type Scheduled, and only with it.")

    # Runs

    def start_flow(self, asked: Members) -> Members:
        """Runs a flow on demand; a scheduled flow or one of events is only switched on."""
        flow = self.flow(asked["flowName"])
        if not is_on_demand(flow):
            flow["flowStatus"] = "Active"
            return flow
        run = self.begun(flow)
        threading.Thread(target=self.work, args=(dict(flow), run), daemon=True).start()
        return flow | {"executionId": run["executionId"]}

    def run_schedules(self) -> list[str]:
        """Runs every active scheduled flow once, to its end; gives their names."""
        with self.lock:
            due = [dict(flow) for flow in self.flows.values() if is_scheduled(flow) and flow["flowStatus"] == "Active"]
            runs = [self.begun(flow) for flow in due]
        for flow, run in zip(due, runs, strict=True):
            self.work(flow, run)
        return [flow["flowName"] for flow in due]

    def begun(self, flow: Members) -> Members:
        """The record of a run that begins now."""
        runs = self.runs[flow["flowName"]]
        if any(run["executionStatus"] == "InProgress" for run in runs):
            raise Fault("ConflictException", f"Flow {flow['flowName']} has a run in progress.")
        now = datetime.now(UTC)
        run = {
            "executionId": str(uuid.uuid4()),
            "executionStatus": "InProgress",
            "startedAt": now,
            "lastUpdatedAt": now,
        }
        runs.append(run)
        return run

    def work(self, flow: Members, run: Members) -> None:
        try:
            end: dict[str, Any] = {"executionStatus": "Successful"}
            end["executionResult"] = self.run_flow(flow, run["executionId"])
        except Exception as error:
            said = {"errorInfo": {"executionMessage": f"{type(error).__name__}: {error}"[:2048]}}
            end = {"executionStatus": "Error", "executionResult": said}
        with self.lock:
            run |= end | {"lastUpdatedAt": datetime.now(UTC)}

    def stop_flow(self, asked: Members) -> Members:
        flow = self.flow(asked["flowName"])
        if is_on_demand(flow):
            raise Fault("UnsupportedOperationException", "A flow on demand can't be stopped.")
        flow["flowStatus"] = "Suspended"
        return flow

    def describe_flow_execution_records(self, asked: Members) -> Members:
        self.flow(asked["flowName"])
        rows, token = page(self.runs[asked["flowName"]][::-1], asked, 20)
        return {"flowExecutions": rows, "nextToken": token}

    # Tags

    def list_tags_for_resource(self, asked: Members) -> Members:
        return {"tags": self.tags.get(asked["resourceArn"], {})}

    def tag_resource(self, asked: Members) -> None:
        self.tags.setdefault(asked["resourceArn"], {}).update(asked["tags"])

    def untag_resource(self, asked: Members) -> None:
        for key in asked["tagKeys"]:
            self.tags.get(asked["resourceArn"], {}).pop(key, None)


def is_on_demand(flow: Members) -> bool:
    return bool(flow["triggerConfig"]["triggerType"] == "OnDemand")


def is_scheduled(flow: Members) -> bool:
    return bool(flow["triggerConfig"]["triggerType"] == "Scheduled")


def profile_of(asked: Members) -> Members:
    """What is kept of a request for a profile: never its credentials."""
    config = asked["connectorProfileConfig"]
    if asked.get("connectorType") and asked["connectorType"] not in config["connectorProfileProperties"]:
        raise Fault("ValidationException", f"connectorProfileProperties has nothing for {asked['connectorType']}.")
    return {
        "connectionMode": asked["connectionMode"],
        "connectorProfileProperties": config["connectorProfileProperties"],
        "lastUpdatedAt": datetime.now(UTC),
    }


def summary(flow: Members) -> Members:
    """A flow as ListFlows tells of it."""
    return flow | {
        "sourceConnectorType": flow["sourceFlowConfig"]["connectorType"],
        "destinationConnectorType": flow["destinationFlowConfigList"][0]["connectorType"],
        "triggerType": flow["triggerConfig"]["triggerType"],
    }
