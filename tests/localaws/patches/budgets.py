"""moto keeps a budget's subscribers and tags and tells nobody of them, and a budget can't be changed.

AWS has DescribeSubscribersForNotification, UpdateBudget, and tags of a budget by its ARN; Terraform calls them all.
"""

import json
from typing import Any

from moto.budgets.exceptions import NotFoundException
from moto.budgets.models import Budget
from moto.budgets.responses import BudgetsResponse


def apply() -> None:
    BudgetsResponse.create_budget = keeping_tags(BudgetsResponse.create_budget)
    BudgetsResponse.update_budget = update_budget
    BudgetsResponse.describe_subscribers_for_notification = describe_subscribers
    BudgetsResponse.list_tags_for_resource = list_tags
    BudgetsResponse.tag_resource = tag
    BudgetsResponse.untag_resource = untag


def keeping_tags(create_budget: Any) -> Any:
    def create(response: BudgetsResponse) -> str:
        answer: str = create_budget(response)
        made = budget(response, response._get_param("Budget")["BudgetName"])
        tags(made).update(by_key(response._get_param("ResourceTags")))
        return answer

    return create


def update_budget(response: BudgetsResponse) -> str:
    asked = response._get_param("NewBudget")
    budget(response, asked["BudgetName"]).budget |= asked
    return "{}"


def describe_subscribers(response: BudgetsResponse) -> str:
    wanted = response._get_param("Notification")
    for notification in budget(response, response._get_param("BudgetName")).notifications:
        if notification.details.items() >= wanted.items():
            return json.dumps({"Subscribers": notification.subscribers})
    raise NotFoundException("Unable to get subscribers - the notification doesn't exist.")


def list_tags(response: BudgetsResponse) -> str:
    kept = tags(budget_of_arn(response))
    return json.dumps({"ResourceTags": [{"Key": key, "Value": value} for key, value in kept.items()]})


def tag(response: BudgetsResponse) -> str:
    tags(budget_of_arn(response)).update(by_key(response._get_param("ResourceTags")))
    return "{}"


def untag(response: BudgetsResponse) -> str:
    for key in response._get_param("ResourceTagKeys"):
        tags(budget_of_arn(response)).pop(key, None)
    return "{}"


def by_key(listed: list[dict[str, str]] | None) -> dict[str, str]:
    return {one["Key"]: one["Value"] for one in listed or []}


def tags(kept: Budget) -> dict[str, str]:
    """Kept with moto's budget: they go when it goes."""
    found: dict[str, str] = vars(kept).setdefault("localaws_tags", {})
    return found


def budget_of_arn(response: BudgetsResponse) -> Budget:
    return budget(response, response._get_param("ResourceARN").rpartition("/")[2])


def budget(response: BudgetsResponse, name: str) -> Budget:
    budgets = response.backend.budgets[response.current_account]
    if name not in budgets:
        raise NotFoundException(f"Unable to get budget: {name} - the budget doesn't exist.")
    return budgets[name]
