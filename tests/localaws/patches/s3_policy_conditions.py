"""moto takes every condition of a bucket policy as met: a policy that denies plain HTTP denies every upload.

In AWS a statement whose conditions are not met does not apply. Here no statement with conditions applies: the
unconditional ones alone are enforced.
"""

import json
from typing import Any

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket


def apply() -> None:
    FakeBucket.get_permission = get_permission


def get_permission(bucket: FakeBucket, action: str, resource: str) -> Any:
    if bucket.policy is None:
        return PermissionResult.NEUTRAL
    policy = json.loads(bucket.policy)
    stated = policy["Statement"] if isinstance(policy["Statement"], list) else [policy["Statement"]]
    plain = [statement for statement in stated if not statement.get("Condition")]
    return IAMPolicy(json.dumps(policy | {"Statement": plain})).is_action_permitted(action, resource)
