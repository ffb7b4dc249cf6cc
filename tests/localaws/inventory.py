"""What lives in an account, asked of the services themselves: by kind, the names."""

from typing import Any

from tests.localaws.account import ACCOUNT, LocalAws

# Service, operation, the list in its answer, the member that names one.
LISTS = (
    ("appflow", "list_flows", "flows", "flowName"),
    ("appflow", "describe_connector_profiles", "connectorProfileDetails", "connectorProfileName"),
    ("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    ("cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
    ("emr-serverless", "list_applications", "applications", "id"),
    ("events", "list_rules", "Rules", "Name"),
    ("glue", "get_databases", "DatabaseList", "Name"),
    ("glue", "get_jobs", "Jobs", "Name"),
    ("glue", "get_security_configurations", "SecurityConfigurations", "Name"),
    ("iam", "list_roles", "Roles", "RoleName"),
    ("kms", "list_keys", "Keys", "KeyId"),
    ("kms", "list_aliases", "Aliases", "AliasName"),
    ("lambda", "list_functions", "Functions", "FunctionName"),
    ("logs", "describe_log_groups", "logGroups", "logGroupName"),
    ("logs", "describe_metric_filters", "metricFilters", "filterName"),
    ("redshift-serverless", "list_namespaces", "namespaces", "namespaceName"),
    ("redshift-serverless", "list_workgroups", "workgroups", "workgroupName"),
    ("redshift-serverless", "list_usage_limits", "usageLimits", "usageLimitId"),
    ("s3", "list_buckets", "Buckets", "Name"),
    ("scheduler", "list_schedule_groups", "ScheduleGroups", "Name"),
    ("scheduler", "list_schedules", "Schedules", "Name"),
    ("secretsmanager", "list_secrets", "SecretList", "Name"),
    ("sns", "list_topics", "Topics", "TopicArn"),
    ("sns", "list_subscriptions", "Subscriptions", "SubscriptionArn"),
)


def inventory(account: LocalAws) -> dict[str, set[str]]:
    """Every resource but those that AWS too keeps for a while after their end."""
    found = {f"{service} {kind}": names(account, service, call, kind, name) for service, call, kind, name in LISTS}
    found["kms Keys"] -= waiting_for_deletion(account, found["kms Keys"])
    found["emr-serverless applications"] -= terminated(account)
    found["sqs QueueUrls"] = set(account.client("sqs").list_queues().get("QueueUrls", []))
    budgets = account.client("budgets").describe_budgets(AccountId=ACCOUNT)["Budgets"]
    return found | {"budgets Budgets": {budget["BudgetName"] for budget in budgets}}


def names(account: LocalAws, service: str, call: str, kind: str, name: str) -> set[str]:
    answer: dict[str, Any] = getattr(account.client(service), call)()
    return {one[name] for one in answer.get(kind, [])}


def waiting_for_deletion(account: LocalAws, keys: set[str]) -> set[str]:
    kms = account.client("kms")
    return {key for key in keys if kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion"}


def terminated(account: LocalAws) -> set[str]:
    applications = account.client("emr-serverless").list_applications(states=["TERMINATED"])["applications"]
    return {application["id"] for application in applications}
