"""The end of a deployment; this file is read last, since the others need one."""

import pytest

from tests.e2e.conftest import Deployment
from tests.localaws.account import LocalAws
from tests.localaws.inventory import inventory

pytestmark = pytest.mark.terraform


def test_destroy_leaves_nothing(deployment: Deployment, account: LocalAws) -> None:
    deployment.destroy()
    assert (deployment.terraform.state(), inventory(account)) == ([], deployment.before)
